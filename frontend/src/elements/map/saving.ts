// Saving a map by itself: a moment after each change, with the version it was changed from; kept in this browser until the server has it.
import { clock, detail, passing, recall, remember, send } from "../../page";
import type { Stored } from "./edit";

export interface Kept {
  title: string;
  tree: Stored;
  version: number;
}

interface Heard {
  now: () => Omit<Kept, "version">; // the map as it stands
  said: (sentence: string, words?: Record<string, string>) => void;
  clash: (theirs: Kept) => void; // somebody saved in between
}

const rest = 1500; // ms after the last change
const most = 60_000; // browsers refuse larger bodies that are to outlive the page

export class Saving {
  version = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pause = 1000;
  #flight: Promise<void> | undefined;
  #dirty = false;
  #held = false;

  constructor(
    private readonly url: string,
    private readonly key: string,
    private readonly heard: Heard,
  ) {
    addEventListener("online", () => void this.save());
    addEventListener("pagehide", () => void this.save());
  }

  /** What this browser kept and the server has not. */
  get draft(): Kept | null {
    return recall<Kept | null>("local", this.key, null);
  }

  load(): Promise<Kept> {
    return fetch(this.url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then((response) => {
      if (!response.ok) throw new Error(String(response.status));
      return response.json() as Promise<Kept>;
    });
  }

  /** Something changed: keep it here at once, send it when the hands rest. */
  touched(): void {
    this.#dirty = true;
    remember("local", this.key, this.#now());
    if (this.#held) return;
    this.heard.said("unsaved");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), rest);
  }

  save(): Promise<void> {
    this.#flight ??= this.#send().finally(() => (this.#flight = undefined));
    return this.#flight;
  }

  /** Send nothing until it is decided what becomes of two versions. */
  hold(): void {
    this.#held = true;
    this.heard.said("conflict");
  }

  /** It is decided: what is here now comes after this version. */
  release(version: number): void {
    this.version = version;
    this.#held = false;
  }

  #now(): Kept {
    return { ...this.heard.now(), version: this.version };
  }

  async #send(): Promise<void> {
    if (!this.#dirty || this.#held) return;
    clearTimeout(this.#timer);
    this.#dirty = false;
    const map = this.#now();
    let response: Response;
    let body: string;
    try {
      response = await send("PUT", this.url, map, JSON.stringify(map).length < most);
      body = await response.text();
    } catch {
      return this.#later();
    }
    if (response.ok) return this.#kept((JSON.parse(body) as Kept).version);
    if (response.status === 409) return this.#clash();
    if (passing(response.status)) return this.#later();
    this.#dirty = true;
    this.heard.said("refused", { why: detail(body) });
  }

  #kept(version: number): void {
    this.version = version;
    this.#pause = 1000;
    if (this.#dirty) return this.touched();
    remember("local", this.key, undefined);
    this.heard.said("saved", { time: clock(new Date()) });
  }

  #later(): void {
    this.#dirty = true;
    this.heard.said("unsent");
    this.#timer = setTimeout(() => void this.save(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, 30_000);
  }

  /** Somebody saved in between: look at what is there now. */
  async #clash(): Promise<void> {
    this.#dirty = true;
    try {
      this.heard.clash(await this.load());
    } catch {
      this.#later(); // the line went just now; the next try finds the same clash
    }
  }
}
