// The menu of a node: opened by its sign, a right click, or M; arrows walk it, Escape goes back to where one was.
import { icon } from "../../page";

export interface Entry {
  label: string;
  icon: string;
  href?: string | undefined;
  act?: () => void;
}

export class NodeMenu {
  #box = document.createElement("div");
  #back: (() => void) | undefined;

  constructor(private readonly host: HTMLElement) {
    this.#box.className = "menubox nodemenu";
    this.#box.setAttribute("role", "menu");
    this.#box.hidden = true;
    host.append(this.#box);
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#box.addEventListener("focusout", (event) => !this.#box.contains(event.relatedTarget as Element | null) && this.#close(false));
    document.addEventListener("pointerdown", (event) => !this.#box.contains(event.target as Element) && this.#close(false));
  }

  get open(): boolean {
    return !this.#box.hidden;
  }

  /** Show `entries` beside `place`; `back` takes the focus when the menu closes. */
  show(label: string, entries: Entry[], place: DOMRect, back: () => void): void {
    this.#back = back;
    this.#box.setAttribute("aria-label", label);
    this.#box.replaceChildren(...entries.map((entry) => this.#item(entry)));
    this.#box.hidden = false;
    const frame = this.host.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const left = Math.min(Math.max(place.left, 8), document.documentElement.clientWidth - width - 8) - frame.left;
    const below = place.bottom + 4 + height < innerHeight || place.top < height;
    this.#box.style.left = `${left}px`;
    this.#box.style.top = `${(below ? place.bottom + 4 : place.top - height - 4) - frame.top}px`;
    this.#box.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }

  #item(entry: Entry): HTMLElement {
    const item = document.createElement(entry.href ? "a" : "button");
    if (item instanceof HTMLAnchorElement) item.href = entry.href ?? "";
    else item.type = "button";
    item.setAttribute("role", "menuitem");
    item.tabIndex = -1;
    item.append(icon(entry.icon), entry.label);
    item.addEventListener("click", () => {
      this.#close(!entry.act);
      entry.act?.();
    });
    return item;
  }

  #close(back: boolean): void {
    if (this.#box.hidden) return;
    this.#box.hidden = true;
    if (back) this.#back?.();
  }

  #key(event: KeyboardEvent): void {
    const items = [...this.#box.querySelectorAll<HTMLElement>("[role=menuitem]")];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const moves: Record<string, () => void> = {
      ArrowDown: () => items[(at + 1) % items.length]?.focus(),
      ArrowUp: () => items[(at + items.length - 1) % items.length]?.focus(),
      Home: () => items[0]?.focus(),
      End: () => items.at(-1)?.focus(),
      Escape: () => this.#close(true),
      Tab: () => this.#close(true),
    };
    event.stopPropagation();
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]?.();
  }
}
