// Note and link of the node one is at, beside the drawing of a map that is edited.
import { text } from "../../page";
import type { Item } from "./edit";

export class Details {
  constructor(
    private readonly host: HTMLElement,
    typed: (details: { note: string; link: string }) => void,
  ) {
    const told = (): void => typed({ note: this.#field("note")?.value ?? "", link: this.#field("link")?.value.trim() ?? "" });
    for (const name of ["note", "link"] as const) this.#field(name)?.addEventListener("input", told);
  }

  #field(name: "note" | "link"): HTMLInputElement | null {
    return this.host.querySelector<HTMLInputElement>(`[data-node-${name}]`);
  }

  show(here: Item): void {
    const title = this.host.querySelector("[data-node-title]");
    if (title) title.textContent = here.text || text(this.host, "empty");
    for (const name of ["note", "link"] as const) {
      const field = this.#field(name);
      if (field && field !== document.activeElement) field.value = here[name] ?? "";
    }
  }
}
