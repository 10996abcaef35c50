// Answers on their way to the server: kept in the browser until judged, sent one after another in the order they were given.
import type { Given } from "./answer-shapes";
import { detail, passing, send } from "../page";
import type { Outcome } from "./answer-outcome";
import { AnswerStore } from "./answer-store";

export interface Answer {
  position: number;
  response: Given;
  confidence?: string;
  client_seq: number;
  client_time: string;
  question?: number; // the version that was asked: after a pause another one may stand in its place
  lease?: string; // of the tab it was given in; used where no tab holds one any more
}

export interface Reply {
  saved_at?: string;
  server_now?: string;
  deadline?: string | null;
}

interface Listener {
  saved: (answer: Answer, reply: Reply) => void;
  refused: (answer: Answer, why: string) => void;
  waiting: (count: number) => void;
  sent: (outcome: Outcome) => void; // answers that had waited for the connection, or for this page, are judged
}

const ON_ITS_WAY = 5000; // milliseconds

export class AnswerQueue {
  readonly #kept: AnswerStore<Answer>;
  readonly #waited = new Set<number>();
  #outcome: Outcome = { saved: 0, refused: [] };
  #flight: Promise<void> | null = null;
  #pause = 1000;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly attempt: string,
    private readonly lease: string,
    private readonly listener: Listener,
  ) {
    this.#kept = new AnswerStore(attempt);
    this.#wait(lease ? ON_ITS_WAY : 0);
  }

  /** Take back what a crash of the browser left on the disk alone; says whether there was anything. */
  async recover(): Promise<boolean> {
    const found = await this.#kept.recover();
    if (found) this.#wait();
    return found;
  }

  /** Positions whose answer the server has not judged yet. */
  positions(): Set<number> {
    return new Set(this.#all().map((answer) => answer.position));
  }

  /** The answer to one question that is still on its way. */
  at(position: number): Answer | undefined {
    return this.#all().find((answer) => answer.position === position);
  }

  /** Keep an answer; a newer one takes the place of an older one to the same question. */
  put(answer: Answer): void {
    const own = this.lease ? { ...answer, lease: this.lease } : answer;
    this.#store([...this.#all().filter((kept) => kept.position !== answer.position), own]);
  }

  stop(): void {
    clearTimeout(this.#retry);
  }

  /** Send what is there; resolves when it is sent or when the connection is found to be gone. */
  flush(): Promise<void> {
    this.#flight ??= this.#sendAll().finally(() => (this.#flight = null));
    return this.#flight;
  }

  async #sendAll(): Promise<void> {
    clearTimeout(this.#retry);
    for (let next = this.#first(); next; next = this.#first()) {
      if (await this.#sendOne(next)) continue;
      this.#wait();
      this.listener.waiting(this.#all().length);
      this.#retry = setTimeout(() => void this.flush(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, 30_000);
      return;
    }
    this.#pause = 1000;
    this.listener.waiting(0);
    if (this.#outcome.saved + this.#outcome.refused.length > 0) this.listener.sent(this.#outcome);
    this.#outcome = { saved: 0, refused: [] };
  }

  /** Note what has waited, so that what becomes of it is told; one on its way while the page changed has not. */
  #wait(longer = 0): void {
    for (const { client_seq } of this.#all()) if (Date.now() - client_seq >= longer) this.#waited.add(client_seq);
  }

  /** Whether the server has judged it; network trouble and passing faults leave it in the queue. */
  async #sendOne(answer: Answer): Promise<boolean> {
    const { position, ...rest } = answer;
    let response: Response;
    let body: string;
    try {
      response = await send("PUT", `/api/v1/attempts/${this.attempt}/answers/${position}`, { ...rest, lease: this.lease || rest.lease });
      body = await response.text();
    } catch {
      return false;
    }
    if (passing(response.status)) return false;
    this.#store(this.#all().filter((kept) => kept.position !== position || kept.client_seq !== answer.client_seq));
    const waited = this.#waited.delete(answer.client_seq);
    if (response.ok) {
      if (waited) this.#outcome.saved += 1;
      this.listener.saved(answer, (body ? JSON.parse(body) : {}) as Reply);
    } else {
      if (waited) this.#outcome.refused.push({ position, why: detail(body) });
      this.listener.refused(answer, detail(body));
    }
    return true;
  }

  #first(): Answer | undefined {
    return this.#all().sort((one, other) => one.client_seq - other.client_seq)[0];
  }

  #all(): Answer[] {
    return this.#kept.all();
  }

  #store(answers: Answer[]): void {
    this.#kept.write(answers);
  }
}
