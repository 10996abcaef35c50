// The strip of numbers: which questions are saved, not sent, flagged, and where one is. Flags live in this browser only.
import { icon, recall, remember, text } from "../page";

export class Strip {
  readonly #key: string;
  readonly #flags: Set<number>;

  constructor(
    private readonly sheet: HTMLElement,
    attempt: string,
    private readonly here: number,
  ) {
    this.#key = `onramp:flags:${attempt}`;
    this.#flags = new Set(recall<number[]>("session", this.#key, []));
  }

  flagged(position: number): boolean {
    return this.#flags.has(position);
  }

  /** Put up or take down a flag; returns whether it is up now. */
  toggle(position: number): boolean {
    if (!this.#flags.delete(position)) this.#flags.add(position);
    remember("session", this.#key, [...this.#flags]);
    return this.flagged(position);
  }

  /** Redraw the cells; `saved` is a question the server has just taken. */
  paint(unsent: Set<number>, saved?: number): void {
    for (const cell of document.querySelectorAll<HTMLElement>("a[data-position]")) {
      const number = Number(cell.dataset.position);
      cell.classList.toggle("unsent", unsent.has(number));
      if (number === saved) cell.classList.add("saved");
      this.#dress(cell, number);
    }
  }

  #dress(cell: HTMLElement, number: number): void {
    const waits = cell.classList.contains("unsent");
    const kept = cell.classList.contains("saved");
    const words = [text(this.sheet, waits ? "cell-unsent" : kept ? "cell-saved" : "cell", { number })];
    if (this.flagged(number)) words.push(text(this.sheet, "cell-flagged"));
    if (number === this.here) words.push(text(this.sheet, "cell-here"));
    cell.setAttribute("aria-label", words.join(document.documentElement.lang.startsWith("zh") ? "，" : ", "));
    const sign = waits ? "cloudoff" : this.flagged(number) ? "flag" : number === this.here ? "dot" : kept ? "check" : "";
    cell.replaceChildren(String(number), ...(sign ? [icon(sign)] : []));
  }
}
