// The field in which the words of a node are written, laid over the node: Enter keeps, Escape does not, Tab keeps and goes on.
import { text } from "../../page";
import type { MapView } from "./view";

export class NodeWriter {
  #field: HTMLTextAreaElement | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly frame: HTMLElement,
    private readonly view: MapView,
    private readonly did: { kept: (words: string) => void; child: () => void; out: () => void },
  ) {}

  /** Write into the node one is at, from its words on or from what was typed first. */
  write(first = ""): void {
    const node = this.view.here;
    if (!node) return;
    this.keep();
    const place = this.view.place(node);
    const box = this.frame.getBoundingClientRect();
    const field = Object.assign(document.createElement("textarea"), { className: "nodewriter", value: first || node.source.text, maxLength: 2000, rows: 1 });
    field.setAttribute("aria-label", text(this.host, "words"));
    field.style.left = `${Math.max(place.left - box.left, 4)}px`;
    field.style.top = `${place.top - box.top}px`;
    field.style.minWidth = `${Math.min(Math.max(place.width, 180), box.width - 16)}px`;
    field.style.minHeight = `${place.height}px`;
    this.frame.append(field);
    this.#field = field;
    field.focus();
    if (!first) field.select();
    field.addEventListener("blur", () => this.keep());
    field.addEventListener("keydown", (event) => this.#key(event));
  }

  keep(): void {
    const field = this.#field;
    if (!field) return;
    this.#drop();
    this.did.kept(field.value.trim());
  }

  #drop(): void {
    const field = this.#field;
    this.#field = undefined;
    field?.remove();
  }

  #key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.isComposing) return;
    const keep = (event.key === "Enter" && !event.shiftKey) || event.key === "Tab";
    if (!keep && event.key !== "Escape") return;
    event.preventDefault();
    if (event.key === "Escape") this.#drop();
    else this.keep();
    this.view.focus(this.view.here);
    if (event.key === "Tab" && !event.shiftKey) this.did.child();
    if (event.key === "Tab" && event.shiftKey) this.did.out();
  }
}
