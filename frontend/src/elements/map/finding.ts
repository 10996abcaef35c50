// The search field of a map: goes from one node with these words to the next; the slash key leads to it.
import { text } from "../../page";
import type { Node } from "./tree";
import type { MapView } from "./view";

export class Finding {
  constructor(
    private readonly host: HTMLElement,
    private readonly view: MapView,
    private readonly found: (node: Node) => void,
    private readonly left: () => void,
  ) {
    const field = host.querySelector<HTMLInputElement>("[data-find]");
    field?.addEventListener("input", () => this.#find(field.value, 0));
    field?.addEventListener("keydown", (event) => this.#key(event, field));
    // Inside the map the slash finds in the map; elsewhere on the page it is not ours.
    host.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || (event.target as Element).closest("input, textarea, select")) return;
      event.preventDefault();
      event.stopPropagation();
      field?.focus();
    });
  }

  #find(words: string, step: number): void {
    const said = this.host.querySelector<HTMLElement>("[data-found]");
    const wanted = words.trim().toLowerCase();
    const found = wanted === "" ? [] : this.view.all.filter((node) => !node.veiled && (node.source.text.toLowerCase().includes(wanted) || (node.source.note ?? "").toLowerCase().includes(wanted)));
    const { here } = this.view;
    const at = step === 0 || !here ? 0 : (found.indexOf(here) + step + found.length) % found.length;
    if (said) said.textContent = wanted === "" ? "" : found.length === 0 ? text(this.host, "none") : text(this.host, "found", { number: at + 1, count: found.length });
    const node = found[at];
    if (node) this.found(node);
  }

  #key(event: KeyboardEvent, field: HTMLInputElement): void {
    if (event.key === "Enter") {
      event.preventDefault();
      this.#find(field.value, event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape" || event.key === "ArrowDown") {
      event.preventDefault();
      this.left();
    }
  }
}
