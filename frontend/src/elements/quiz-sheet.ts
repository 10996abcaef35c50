// <quiz-sheet attempt position lease now next [read-only]>: one question's form. Each answer is kept in the browser and sent as
// its own PUT until the server has judged it; see ELEMENTS.md for the HTML inside and the shape of the request.
import { resend } from "../confirm";
import { clock, recall, remember, text } from "../page";
import { keep, tell, type Outcome } from "./answer-outcome";
import { AnswerQueue, type Answer } from "./answer-queue";
import { answeredEarly, choice, given, giveBack, isAnswer } from "./answer-shapes";
import { Strip } from "./quiz-strip";
import type { QuizTimer } from "./quiz-timer";

class QuizSheet extends HTMLElement {
  #queue!: AnswerQueue;
  #strip!: Strip;
  #offset = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #changed = false;
  #leaving = false;
  #gone = new AbortController();

  get #position(): number {
    return Number(this.getAttribute("position"));
  }
  get #form(): HTMLFormElement | null {
    return this.querySelector("form");
  }

  connectedCallback(): void {
    const attempt = this.getAttribute("attempt") ?? "";
    const now = Date.parse(this.getAttribute("now") ?? "");
    this.#offset = Number.isNaN(now) ? 0 : now - Date.now();
    this.#strip = new Strip(this, attempt, this.#position);
    this.#queue = new AnswerQueue(attempt, this.getAttribute("lease") ?? "", {
      saved: (answer, reply) => this.#saved(answer, reply),
      refused: (answer, why) => this.#refused(answer, why),
      waiting: (count) => this.#waiting(count),
      sent: (outcome) => this.#sent(outcome),
    });
    this.#restore();
    this.#strip.paint(this.#queue.positions());
    this.#flag();
    const { signal } = this.#gone;
    document.addEventListener("submit", (event) => this.#handIn(event), { capture: true, signal });
    if (this.hasAttribute("read-only")) return;
    this.addEventListener("input", (event) => this.#input(event), { signal });
    this.addEventListener("change", () => this.#commit(), { signal });
    this.#form?.addEventListener("submit", (event) => void this.#next(event), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    addEventListener("online", () => void this.#queue.flush(), { signal });
    addEventListener("pagehide", () => this.#commit(), { signal });
    this.#changed = this.#queue.at(this.#position) === undefined && answeredEarly(this);
    if (this.#changed) this.#commit();
    void this.#queue.recover().then((found) => this.#recovered(found));
  }

  /** After a crash the disk may know more than the page did. */
  #recovered(found: boolean): void {
    if (found && !this.#changed) this.#restore();
    this.#strip.paint(this.#queue.positions());
    void this.#queue.flush();
  }

  disconnectedCallback(): void {
    this.#gone.abort();
    this.#queue.stop();
  }

  /** Show what was given here but has not reached the server, instead of what the server knows. */
  #restore(): void {
    const kept = this.#queue.at(this.#position);
    if (kept) {
      giveBack(this, kept.response);
      for (const box of this.querySelectorAll<HTMLInputElement>("input[name=confidence]")) box.checked = box.value === kept.confidence;
    }
    this.dataset.last = JSON.stringify([given(this), this.#confidence]);
  }

  /** How sure one is, where that is asked and said. */
  get #confidence(): string | null {
    return this.querySelector<HTMLInputElement>("input[name=confidence]:checked")?.value ?? null;
  }

  #input(event: Event): void {
    const field = event.target;
    if (!isAnswer(field) || field instanceof HTMLSelectElement || field.type === "radio" || field.type === "checkbox") return;
    this.#changed = true;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#commit(), 700);
  }

  /** Keep what is given now and send it. */
  #commit(): void {
    clearTimeout(this.#typing);
    const answer = this.#answer();
    if (!answer) return;
    this.#changed = false;
    this.#queue.put(answer);
    void this.#queue.flush();
  }

  #answer(): Answer | null {
    if (!this.#form || this.hasAttribute("read-only")) return null;
    const response = given(this);
    if (response === null) return null;
    const confidence = this.#confidence;
    const same = JSON.stringify([response, confidence]);
    if (same === this.dataset.last && !this.#changed) return null;
    this.dataset.last = same;
    return {
      position: this.#position,
      response,
      ...(confidence === null ? {} : { confidence }),
      client_seq: this.#sequence(),
      client_time: new Date(Date.now() + this.#offset).toISOString(),
      ...this.#question,
    };
  }

  /** The version asked here, so that an answer on its way never answers what came in its place. */
  get #question(): { question?: number } {
    const asked = this.querySelector<HTMLInputElement>("input[name=question]")?.value;
    return asked ? { question: Number(asked) } : {};
  }

  /** Ever growing, also across pages and clocks set back. */
  #sequence(): number {
    const key = `onramp:seq:${this.getAttribute("attempt")}`;
    const next = Math.max(Date.now(), recall("session", key, 0) + 1);
    remember("session", key, next);
    return next;
  }

  #saved(answer: Answer, reply: { saved_at?: string; server_now?: string; deadline?: string | null }): void {
    this.#strip.paint(this.#queue.positions(), answer.position);
    const line = this.querySelector("[data-saved]");
    if (line && answer.position === this.#position) {
      line.textContent = text(this, "saved", { time: clock(reply.saved_at ? new Date(reply.saved_at) : new Date()) });
    }
    this.#say("[data-refused]", "");
    const timer = document.querySelector<QuizTimer>("quiz-timer");
    if (reply.deadline && reply.server_now) timer?.rebase?.(reply.deadline, reply.server_now);
  }

  #refused(answer: Answer, why: string): void {
    this.#strip.paint(this.#queue.positions());
    if (answer.position === this.#position) delete this.dataset.last;
    this.#say("[data-refused]", why || text(this, "refused"));
  }

  /** Tell it here, and keep it for the next page where this one is about to be left. */
  #sent(outcome: Outcome): void {
    if (this.#leaving) keep(this.getAttribute("attempt") ?? "", outcome);
    else tell(this, outcome);
  }

  #waiting(count: number): void {
    this.#strip.paint(this.#queue.positions());
    this.#say("[data-unsent]", count === 0 ? "" : text(this, count === 1 ? "unsent-one" : "unsent", { count }));
  }

  #say(where: string, words: string): void {
    const note = this.querySelector<HTMLElement>(where);
    const line = note?.querySelector("p");
    if (!note || !line) return;
    line.textContent = words;
    note.hidden = words === "";
  }

  #flag(): void {
    const button = this.querySelector<HTMLButtonElement>("[data-flag]");
    if (!button) return;
    button.hidden = false;
    button.setAttribute("aria-pressed", String(this.#strip.flagged(this.#position)));
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(this.#strip.toggle(this.#position)));
      this.#strip.paint(this.#queue.positions());
    });
  }

  /** Go on once this answer is safe with the server; with no address to go to, the form is sent as it is. */
  async #next(event: SubmitEvent): Promise<void> {
    const next = this.getAttribute("next");
    const sequence = this.#form?.elements.namedItem("client_seq");
    if (sequence instanceof HTMLInputElement) sequence.value = String(this.#sequence());
    if (!next) return;
    event.preventDefault();
    this.#commit();
    await this.#queue.flush();
    const refused = this.querySelector<HTMLElement>("[data-refused]")?.hidden === false;
    if (!refused && !this.#queue.positions().has(this.#position)) location.assign(next);
  }

  /** Handing in waits, for a while, until everything given has gone out. */
  #handIn(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-hand-in]") || form.dataset.flushed !== undefined) return;
    this.#commit();
    if (this.#queue.positions().size === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#leaving = true;
    const patience = new Promise((resolve) => setTimeout(resolve, 5000));
    void Promise.race([this.#queue.flush(), patience]).then(() => {
      form.dataset.flushed = "";
      resend(form, event.submitter);
    });
  }

  #key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("dialog, textarea, select, input:not([type=radio], [type=checkbox])")) return;
    if (/^[0-9]$/.test(event.key)) {
      const box = choice(this, event.key);
      box?.focus();
      box?.click();
    } else if (event.key === "Enter" && target.matches("body, main, input")) {
      event.preventDefault();
      this.#form?.requestSubmit();
    } else if (event.key === "ArrowRight" && target.matches("body, main")) {
      this.#form?.requestSubmit();
    } else if (event.key === "ArrowLeft" && target.matches("body, main")) {
      this.querySelector<HTMLAnchorElement>(".qnav a")?.click();
    }
  }
}

customElements.define("quiz-sheet", QuizSheet);
