// Ratings on their way to the server: kept in this browser until judged, sent one after another; a lost connection loses none.
import { passing, recall, remember, send } from "../../page";

export type Rating = "again" | "hard" | "good";

export interface Review {
  key_point_id: number;
  rating: Rating;
  seconds: number;
}

export class ReviewQueue {
  readonly #key: string;
  #flight: Promise<void> | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pause = 1000;

  constructor(
    private readonly url: string,
    person: string,
    private readonly heard: { judged: (review: Review, reply: Record<string, unknown> | null) => void; waiting: (count: number) => void },
  ) {
    this.#key = `onramp:reviews:${person}`;
    addEventListener("online", () => void this.flush());
  }

  /** Keep a review and try to send it. */
  put(review: Review): void {
    this.#store([...this.#all(), review]);
    void this.flush();
  }

  /** Send what is there, in its order. */
  flush(): Promise<void> {
    this.#flight ??= this.#alone().finally(() => {
      this.#flight = null;
      if (this.#retry === undefined && this.#all().length > 0) void this.flush(); // one came in while the last was going out
    });
    return this.#flight;
  }

  /** Two tabs of one browser share what is kept: only one of them sends at a time. */
  async #alone(): Promise<void> {
    if (navigator.locks) await navigator.locks.request(this.#key, () => this.#sendAll());
    else await this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    for (let next = this.#all()[0]; next; next = this.#all()[0]) {
      if (await this.#sendOne(next)) {
        this.#pause = 1000;
        continue;
      }
      this.#retry = setTimeout(() => void this.flush(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, 30_000);
      break;
    }
    this.heard.waiting(this.#all().length);
  }

  async #sendOne(review: Review): Promise<boolean> {
    let response: Response;
    let body: string;
    try {
      response = await send("POST", this.url, review);
      body = await response.text();
    } catch {
      return false;
    }
    if (passing(response.status)) return false;
    this.#store(this.#all().slice(1));
    this.heard.judged(review, response.ok ? ((body ? JSON.parse(body) : {}) as Record<string, unknown>) : null);
    return true;
  }

  #all(): Review[] {
    return recall<Review[]>("local", this.#key, []);
  }

  #store(reviews: Review[]): void {
    remember("local", this.#key, reviews.length > 0 ? reviews : undefined);
  }
}
