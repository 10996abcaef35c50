// <quiz-timer deadline="ISO" now="ISO" started="ISO" form="id">: shows the time left by the server's clock and hands in at zero.
// Hidden once, it stays hidden on the next questions, in this tab.
//   [data-left] role=timer   [data-word] "left"   [data-hide] button   [data-say] aria-live=polite
// It counts by performance.now(), which a changed clock cannot move; every reply of the server may call rebase().
import { text } from "../page";
import { resend } from "../confirm";

const minute = 60_000;
const KEPT = "timer-hidden"; // of sessionStorage

export class QuizTimer extends HTMLElement {
  #deadline = 0;
  #offset = 0;
  #half = 0;
  #before = Infinity;
  #tick: ReturnType<typeof setInterval> | undefined;

  connectedCallback(): void {
    const started = Date.parse(this.getAttribute("started") ?? "");
    this.rebase(this.getAttribute("deadline") ?? "", this.getAttribute("now") ?? "");
    this.#half = Number.isNaN(started) ? 0 : (this.#deadline - started) / 2;
    const hide = this.querySelector<HTMLButtonElement>("[data-hide]");
    if (hide) {
      hide.hidden = false;
      hide.addEventListener("click", () => this.#hide(hide, sessionStorage.getItem(KEPT) === null));
      if (sessionStorage.getItem(KEPT) !== null) this.#hide(hide, true);
    }
    this.#show();
    this.#tick = setInterval(() => this.#show(), 250);
  }

  disconnectedCallback(): void {
    clearInterval(this.#tick);
  }

  /** Take the server's word for the end and for what time it is. */
  rebase(deadline: string, now: string): void {
    const end = Date.parse(deadline);
    const at = Date.parse(now);
    if (Number.isNaN(end) || Number.isNaN(at)) return;
    this.#deadline = end;
    this.#offset = at - performance.now();
  }

  #show(): void {
    const left = Math.max(0, this.#deadline - this.#offset - performance.now());
    const seconds = Math.ceil(left / 1000);
    const face = this.querySelector("[data-left]");
    const shown = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (face && face.textContent !== shown) face.textContent = shown;
    this.classList.toggle("soon", left < minute);
    this.#speak(left);
    this.#before = left;
    if (left > 0) return;
    clearInterval(this.#tick);
    this.#handIn();
  }

  #speak(left: number): void {
    const crossed = (mark: number): boolean => mark > 0 && this.#before > mark && left <= mark && this.#before !== Infinity;
    let words = "";
    if (crossed(this.#half)) words = text(this, "half");
    for (const count of [10, 5]) if (crossed(count * minute)) words = text(this, "minutes", { count });
    if (crossed(minute)) words = text(this, "minute");
    if (crossed(minute / 2)) words = text(this, "seconds");
    if (words) this.#say(words);
  }

  #say(words: string): void {
    const voice = this.querySelector("[data-say]");
    if (voice) voice.textContent = words;
  }

  #hide(button: HTMLButtonElement, hidden: boolean): void {
    for (const part of this.querySelectorAll<HTMLElement>("[data-left], [data-word]")) part.hidden = hidden;
    if (hidden) sessionStorage.setItem(KEPT, "yes");
    else sessionStorage.removeItem(KEPT);
    button.setAttribute("aria-label", text(this, hidden ? "show" : "hide"));
  }

  #handIn(): void {
    this.#say(text(this, "over"));
    const form = document.getElementById(this.getAttribute("form") ?? "");
    if (!(form instanceof HTMLFormElement)) return;
    const reason = form.elements.namedItem("reason");
    if (reason instanceof HTMLInputElement) reason.value = "time";
    resend(form);
  }
}

customElements.define("quiz-timer", QuizTimer);
