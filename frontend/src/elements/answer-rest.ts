// <answer-rest attempt>: on pages after a quiz. Sends what still waits in this browser from that attempt, perhaps since another day, and says
// what was saved and what does not count any more and why.   [data-unsent] > p   [data-sent] > div
import { text } from "../page";
import { keep, kept, tell } from "./answer-outcome";
import { AnswerQueue } from "./answer-queue";

class AnswerRest extends HTMLElement {
  #queue: AnswerQueue | undefined;

  connectedCallback(): void {
    const attempt = this.getAttribute("attempt") ?? "";
    const queue = new AnswerQueue(attempt, "", {
      saved: () => undefined,
      refused: () => undefined,
      waiting: (count) => this.#waiting(count),
      sent: (outcome) => {
        keep(attempt, outcome);
        tell(this, kept(attempt));
      },
    });
    this.#queue = queue;
    tell(this, kept(attempt));
    void queue.recover().then(() => queue.flush());
    addEventListener("online", () => void queue.flush());
  }

  disconnectedCallback(): void {
    this.#queue?.stop();
  }

  #waiting(count: number): void {
    const note = this.querySelector<HTMLElement>("[data-unsent]");
    const line = note?.querySelector("p");
    if (!note || !line) return;
    line.textContent = text(note, "waiting", { count });
    note.hidden = count === 0;
  }
}

customElements.define("answer-rest", AnswerRest);
