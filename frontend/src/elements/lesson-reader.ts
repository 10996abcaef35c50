// <lesson-reader lesson revision position>: keeps the place and the minutes of somebody reading.
//   .blocks > span …   .blocksay   <section data-block="1" id="block-1"> …
// `position` is the number of the furthest block read, from 1, and 0 at first; the server counts blocks from 0.
// Time counts only while the page is visible and somebody has moved, typed or scrolled within two minutes.
import { send, text } from "../page";

const dwell = 3; // seconds in view until a block counts as read
const idle = 120_000;
const every = 10; // seconds between reports

class LessonReader extends HTMLElement {
  #position = 0;
  #seconds = 0;
  #sent = 0;
  #active = Date.now();
  #ticks = 0;
  #seen = new Map<number, number>();
  #gone = new AbortController();

  get #blocks(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-block]")];
  }

  connectedCallback(): void {
    this.#position = this.#sent = Number(this.getAttribute("position")) || 0;
    const { signal } = this.#gone;
    for (const kind of ["pointermove", "pointerdown", "keydown", "scroll", "touchstart"]) {
      addEventListener(kind, () => (this.#active = Date.now()), { signal, passive: true });
    }
    addEventListener("pagehide", () => this.#report(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#report(), { signal });
    const clock = setInterval(() => this.#tick(), 1000);
    signal.addEventListener("abort", () => clearInterval(clock));
    this.#goBack();
    this.#paint(this.#position || 1);
  }

  disconnectedCallback(): void {
    this.#report();
    this.#gone.abort();
  }

  /** Scroll to where the person was, unless the address or the browser knows better. */
  #goBack(): void {
    const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    if (location.hash || (visit && visit.type !== "navigate") || this.#position < 2 || this.#position >= this.#blocks.length) return;
    this.querySelector(`[data-block="${this.#position}"]`)?.scrollIntoView({ block: "start" });
  }

  #tick(): void {
    if (document.hidden || Date.now() - this.#active > idle) return;
    this.#seconds += 1;
    let here = 0;
    for (const block of this.#blocks) {
      if (!inView(block)) continue;
      const number = Number(block.dataset.block);
      const seconds = (this.#seen.get(number) ?? 0) + 1;
      this.#seen.set(number, seconds);
      here ||= number;
      if (seconds >= dwell && number > this.#position) this.#position = number;
    }
    this.#paint(here);
    this.#ticks += 1;
    if (this.#ticks % every === 0) this.#report();
  }

  #paint(here: number): void {
    const cells = this.querySelectorAll(".blocks > span");
    cells.forEach((cell, index) => {
      cell.classList.toggle("r", index < this.#position);
      cell.classList.toggle("c", index + 1 === here);
    });
    if (this.#position === 0) return;
    const count = this.#blocks.length;
    const words = text(this, this.#position >= count ? "read" : "place", { number: this.#position, count });
    const line = this.querySelector(".blocksay");
    if (line && line.textContent !== words) line.textContent = words;
    this.querySelector(".blocks")?.setAttribute("aria-label", words);
  }

  /** Report what is new; what could not be sent is added to the next report. */
  #report(): void {
    const seconds = this.#seconds;
    const position = this.#position;
    if (seconds === 0 && position === this.#sent) return;
    this.#seconds = 0;
    this.#sent = position;
    const back = (): void => {
      this.#seconds += seconds;
      this.#sent = -1;
    };
    send("PUT", `/api/v1/lessons/${this.getAttribute("lesson")}/progress`, { position: Math.max(position - 1, 0), seconds, done: false }).then(
      (response) => response.ok || back(),
      back,
    );
  }
}

/** Half of the block is to be seen, or it fills half of the window. */
function inView(block: HTMLElement): boolean {
  const { top, bottom, height } = block.getBoundingClientRect();
  const shown = Math.min(bottom, innerHeight) - Math.max(top, 0);
  return shown > 0 && shown >= Math.min(height, innerHeight) / 2;
}

customElements.define("lesson-reader", LessonReader);
