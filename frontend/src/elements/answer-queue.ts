// Answers on their way to the server: kept in the browser until judged, sent one after another in the order they were given.
import type { Given } from "./answer-shapes";
import { detail, passing, recall, remember, send } from "../page";

export interface Answer {
  position: number;
  response: Given;
  confidence?: string;
  client_seq: number;
  client_time: string;
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
}

export class AnswerQueue {
  readonly #key: string;
  #flight: Promise<void> | null = null;
  #pause = 1000;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly attempt: string,
    private readonly lease: string,
    private readonly listener: Listener,
  ) {
    this.#key = `onramp:answers:${attempt}`;
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
    this.#store([...this.#all().filter((kept) => kept.position !== answer.position), answer]);
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
      this.listener.waiting(this.#all().length);
      this.#retry = setTimeout(() => void this.flush(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, 30_000);
      return;
    }
    this.#pause = 1000;
    this.listener.waiting(0);
  }

  /** Whether the server has judged it; network trouble and passing faults leave it in the queue. */
  async #sendOne(answer: Answer): Promise<boolean> {
    const { position, ...rest } = answer;
    let response: Response;
    let body: string;
    try {
      response = await send("PUT", `/api/v1/attempts/${this.attempt}/answers/${position}`, { ...rest, lease: this.lease });
      body = await response.text();
    } catch {
      return false;
    }
    if (passing(response.status)) return false;
    this.#store(this.#all().filter((kept) => kept.position !== position || kept.client_seq !== answer.client_seq));
    if (response.ok) this.listener.saved(answer, (body ? JSON.parse(body) : {}) as Reply);
    else this.listener.refused(answer, detail(body));
    return true;
  }

  #first(): Answer | undefined {
    return this.#all().sort((one, other) => one.client_seq - other.client_seq)[0];
  }

  #all(): Answer[] {
    return recall<Answer[]>("local", this.#key, []);
  }

  #store(answers: Answer[]): void {
    remember("local", this.#key, answers.length > 0 ? answers : undefined);
  }
}
