// Saves one part of a draft while somebody types: 1.5 s after the last key, at least every 3.5 s, and at once when the page
// goes away. What the server has not confirmed is kept in this browser with the version it was written from.
import { recall, remember, token } from "../../page";

const pause = 1500;
const longest = 3500;
const slowest = 15_000;
const smallEnough = 60_000; // bytes that a request may have that outlives its page

export interface Finding {
  line: number;
  level: "error" | "warning";
  sentence: string;
  fix: "describe" | "unmark" | "show" | null;
  at: string;
}
export interface SavedPart {
  version: number;
  saved_at: string;
  findings: Finding[];
  html: string;
  facts: string;
}
export interface Met {
  detail: string;
  theirs: { version: number; text: string; saved_by: string; saved_at: string };
  html: string;
}
export type State = "saved" | "typing" | "saving" | "offline" | "signin" | "refused" | "conflict";

interface Kept {
  version: number;
  text: string;
  sent: string | null;
}

export interface Watcher {
  text(): string;
  state(state: State, why?: string): void;
  saved(part: SavedPart, current: boolean): void;
  met(conflict: Met): void;
}

export class Saver {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keeper: ReturnType<typeof setTimeout> | undefined;
  #since = 0;
  #wait = 1000;
  #sending = false;
  #unsure: string | null = null; // was sent, and no answer came: it may be saved or not
  #stopped = false; // waits for somebody: a sign-in, a choice between two texts
  #stored: string;

  constructor(
    private readonly url: string,
    private readonly key: string,
    public version: number,
    text: string,
    private readonly watcher: Watcher,
  ) {
    this.#stored = text;
  }

  /** Whether something is not with the server yet. */
  get dirty(): boolean {
    return this.watcher.text() !== this.#stored;
  }

  /** What this browser kept of an earlier visit and the server has not, or null. */
  left(): string | null {
    const kept = recall<Kept | null>("local", this.key, null);
    if (!kept || kept.text === this.#stored) {
      remember("local", this.key, undefined);
      return null;
    }
    if (kept.sent !== this.#stored) this.version = kept.version; // else our own last words arrived after all
    return kept.text;
  }

  changed(): void {
    if (!this.dirty && !this.#sending) {
      this.#settled();
      return;
    }
    this.#since ||= Date.now();
    this.#keeper ??= setTimeout(() => this.#keep(), 300);
    if (this.#stopped) return;
    this.watcher.state("typing");
    this.#plan(Math.max(0, Math.min(pause, this.#since + longest - Date.now())));
  }

  /** Save now, whatever the time; `leaving`: the page is going away. */
  async save(leaving = false): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#stopped || this.#sending) return;
    const text = this.#unsure ?? this.watcher.text();
    if (text === this.#stored && this.#unsure === null) return;
    this.#sending = true;
    this.#since = 0;
    this.#keep(text);
    this.watcher.state("saving");
    let answer: Response;
    try {
      const body = JSON.stringify({ text, version: this.version });
      answer = await fetch(this.url, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token(), "X-Requested-With": "fetch", Accept: "application/json" },
        body,
        credentials: "same-origin",
        keepalive: leaving && new Blob([body]).size < smallEnough,
        signal: AbortSignal.timeout(20_000),
      });
    } catch {
      this.#sending = false;
      this.#unsure = text;
      this.#again();
      return;
    }
    const said: unknown = await answer.json().catch(() => ({}));
    this.#sending = false;
    this.#judge(answer.status, text, said);
  }

  /** Go on after somebody has signed in again. */
  resume(): void {
    this.#stopped = false;
    void this.save();
  }

  /** Go on from the text of somebody else: what stands in the editor now is written knowing it. */
  accept(version: number, text: string): void {
    this.version = version;
    this.#stored = text;
    this.#unsure = null;
    this.#stopped = false;
    if (this.dirty) void this.save();
    else this.#settled();
  }

  #judge(status: number, text: string, said: unknown): void {
    if (status === 200) {
      this.#wait = 1000;
      this.#unsure = null;
      this.#stored = text;
      this.version = (said as SavedPart).version;
      const current = !this.dirty;
      this.watcher.saved(said as SavedPart, current);
      if (current) this.#settled();
      else this.changed();
    } else if (status === 401 || status === 400) {
      this.#stopped = true;
      this.#keep();
      this.watcher.state("signin");
    } else if (status === 409) {
      this.#stopped = true;
      this.#unsure = null;
      this.#keep();
      this.watcher.state("conflict");
      this.watcher.met(said as Met);
    } else if (status === 408 || status === 429 || status >= 500) {
      this.#again();
    } else {
      this.#unsure = null;
      this.watcher.state("refused", String((said as { detail?: string }).detail ?? ""));
    }
  }

  #again(): void {
    this.watcher.state("offline");
    this.#plan(this.#wait);
    this.#wait = Math.min(this.#wait * 2, slowest);
  }

  #plan(after: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), after);
  }

  #keep(sent: string | null = this.#unsure): void {
    clearTimeout(this.#keeper);
    this.#keeper = undefined;
    remember("local", this.key, { version: this.version, text: this.watcher.text(), sent } satisfies Kept);
  }

  #settled(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#keeper);
    this.#keeper = undefined;
    this.#since = 0;
    remember("local", this.key, undefined);
    this.watcher.state("saved");
  }
}
