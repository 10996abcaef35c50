// Where answers wait until the server has judged them: at once in localStorage, which every tab reads, and in IndexedDB with strict
// durability, which is on the disk itself when it says so. A browser that is killed may forget the last seconds of the first, not of the second.
import { recall, remember } from "../page";

const NAME = "onramp";
const TABLE = "answers";

interface Kept {
  position: number;
  client_seq: number;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(new Error("no database"));
  });
}

export class AnswerStore<Answer extends Kept> {
  readonly #key: string;

  constructor(private readonly attempt: string) {
    this.#key = `onramp:answers:${attempt}`;
  }

  all(): Answer[] {
    return recall<Answer[]>("local", this.#key, []);
  }

  write(answers: Answer[]): void {
    remember("local", this.#key, answers.length > 0 ? answers : undefined);
    void this.#mirror(answers);
  }

  /** Take back what a crash left on the disk alone; what was judged meanwhile is sent once more, which changes nothing. */
  async recover(): Promise<boolean> {
    const here = this.all();
    const lost = (await this.#mirrored()).filter((kept) => !here.some((one) => one.position === kept.position && one.client_seq >= kept.client_seq));
    if (lost.length === 0) return false;
    this.write([...here.filter((one) => !lost.some((kept) => kept.position === one.position)), ...lost]);
    return true;
  }

  async #mirror(answers: Answer[]): Promise<void> {
    try {
      const base = await open();
      const change = base.transaction(TABLE, "readwrite", { durability: "strict" });
      if (answers.length > 0) change.objectStore(TABLE).put(answers, this.attempt);
      else change.objectStore(TABLE).delete(this.attempt);
      change.oncomplete = change.onabort = () => base.close();
    } catch {
      // Where the browser keeps no database, the first place has to do.
    }
  }

  async #mirrored(): Promise<Answer[]> {
    try {
      const base = await open();
      return await new Promise<Answer[]>((resolve) => {
        const asked = base.transaction(TABLE).objectStore(TABLE).get(this.attempt);
        asked.onsuccess = () => resolve((asked.result as Answer[] | undefined) ?? []);
        asked.onerror = () => resolve([]);
      }).finally(() => base.close());
    } catch {
      return [];
    }
  }
}
