// <sortable-list url="/…/order">: an ordered list whose items are moved by dragging, by Alt and an arrow key, or by its own
// buttons; every move is sent at once as the ids in their new order. Without scripts the buttons are forms.
//   li[data-id][data-name]   [data-number]   button[data-move="-1|1"]   [data-say] role=status   [data-hint] hidden
// Without a url it is a part of a form: a select in each item holds its place, and a move fires "change"; the button
// [data-keep] takes the order as it stands. Whoever orders the items anew fires "arranged".
// Sentences: data-text-moved ({name} {number} {count}), data-text-saved, data-text-failed.
import { detail, send, text } from "../page";

export class SortableList extends HTMLElement {
  #dragged: HTMLElement | null = null;
  #sending = Promise.resolve();

  connectedCallback(): void {
    for (const item of this.#items()) item.draggable = true;
    this.addEventListener("click", (event) => this.#pressed(event));
    this.addEventListener("keydown", (event) => this.#keyed(event));
    this.addEventListener("dragstart", (event) => this.#lift(event));
    this.addEventListener("dragover", (event) => this.#over(event));
    this.addEventListener("drop", (event) => event.preventDefault());
    this.addEventListener("dragend", () => this.#drop());
    this.addEventListener("arranged", () => this.#number());
    this.#number();
    this.querySelector("[data-hint]")?.removeAttribute("hidden");
  }

  #items(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("li[data-id]")];
  }

  #item(event: Event): HTMLElement | null {
    return (event.target as Element).closest<HTMLElement>("li[data-id]");
  }

  #pressed(event: Event): void {
    if ((event.target as Element).closest("button[data-keep]")) return this.#keep();
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-move]");
    const item = this.#item(event);
    if (!button || !item) return;
    event.preventDefault();
    this.#move(item, Number(button.dataset.move));
    const other = item.querySelector<HTMLButtonElement>("button[data-move]:not(:disabled)");
    (button.disabled ? other : button)?.focus();
  }

  #keyed(event: KeyboardEvent): void {
    const item = this.#item(event);
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!item || !by || !event.altKey) return;
    event.preventDefault();
    const held = document.activeElement as HTMLElement | null;
    this.#move(item, by);
    held?.focus();
  }

  /** Move an item by one place, tell it, and send the order. */
  #move(item: HTMLElement, by: number): void {
    const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(item);
    else other.after(item);
    this.#moved(item);
  }

  #lift(event: DragEvent): void {
    this.#dragged = this.#item(event);
    this.#dragged?.classList.add("dragged");
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
    event.dataTransfer?.setData("text/plain", this.#dragged?.dataset.name ?? "");
  }

  #over(event: DragEvent): void {
    const under = this.#item(event);
    if (!this.#dragged || !under) return;
    event.preventDefault();
    if (under === this.#dragged) return;
    const { top, height } = under.getBoundingClientRect();
    if (event.clientY < top + height / 2) under.before(this.#dragged);
    else under.after(this.#dragged);
  }

  #drop(): void {
    const item = this.#dragged;
    this.#dragged = null;
    item?.classList.remove("dragged");
    if (item) this.#moved(item);
  }

  #moved(item: HTMLElement): void {
    this.#number();
    const items = this.#items();
    this.#say(text(this, "moved", { name: item.dataset.name ?? "", number: items.indexOf(item) + 1, count: items.length }));
    if (!this.hasAttribute("url")) return this.#keep();
    const body = new FormData();
    for (const each of items) body.append("lesson", each.dataset.id ?? "");
    this.#sending = this.#sending.then(() => this.#send(body));
  }

  /** Write the place of each item into its select. */
  #keep(): void {
    this.#items().forEach((item, n) => {
      const select = item.querySelector("select");
      if (select) select.selectedIndex = n + 1;
    });
    this.#number();
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async #send(body: FormData): Promise<void> {
    try {
      const answer = await send("POST", this.getAttribute("url") ?? "", body);
      if (!answer.ok) this.#say(detail(await answer.text()) || text(this, "failed"), true);
    } catch {
      this.#say(text(this, "failed"), true);
    }
  }

  /** Write the numbers anew; the first cannot go up, the last cannot go down. */
  #number(): void {
    const items = this.#items();
    items.forEach((item, n) => {
      const number = item.querySelector("[data-number]");
      if (number) number.textContent = String(n + 1);
      for (const button of item.querySelectorAll<HTMLButtonElement>("button[data-move]"))
        button.disabled = Number(button.dataset.move) < 0 ? n === 0 : n === items.length - 1;
    });
    const open = items.some((item) => item.querySelector("select")?.selectedIndex === 0);
    this.querySelector("[data-keep]")?.toggleAttribute("hidden", !open);
    this.toggleAttribute("data-open", open);
  }

  #say(sentence: string, bad = false): void {
    const line = this.querySelector<HTMLElement>("[data-say]");
    if (!line) return;
    line.textContent = sentence;
    line.classList.toggle("vh", !bad);
    line.classList.toggle("note", bad);
    line.classList.toggle("bad", bad);
  }
}

customElements.define("sortable-list", SortableList);
