// The reader's own words at a node: one field for the node one is at, saved a moment after the last key.
import { clock, passing, send, text } from "../../page";
import type { Node } from "./tree";

export class NoteCard {
  readonly #field: HTMLTextAreaElement | null;
  readonly #waiting = new Set<Node>();
  #node: Node | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly card: HTMLElement,
    private readonly url: string,
    private readonly changed: (node: Node) => void,
  ) {
    this.#field = card.querySelector("textarea");
    this.#field?.addEventListener("input", () => this.#typed());
    this.#field?.addEventListener("blur", () => void this.#save());
    addEventListener("pagehide", () => void this.#save());
    addEventListener("online", () => void this.#save());
  }

  /** Show the note of this node. */
  take(node: Node): void {
    if (node === this.#node) return;
    void this.#save();
    this.#node = node;
    this.card.hidden = node.source.id === undefined;
    const title = this.card.querySelector("[data-note-title]");
    if (title) title.textContent = text(this.host, "noted", { text: node.source.text });
    if (this.#field) this.#field.value = node.source.note ?? "";
    this.#say("");
  }

  focus(): void {
    this.#field?.focus();
    this.card.scrollIntoView({ block: "nearest" });
  }

  #typed(): void {
    if (!this.#node || !this.#field) return;
    const before = this.#node.source.note;
    this.#node.source.note = this.#field.value;
    this.#waiting.add(this.#node);
    if (Boolean(before) !== Boolean(this.#field.value)) this.changed(this.#node);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), 1200);
    this.#say(text(this.host, "unsaved"));
  }

  /** Send every note that waits; what the line does not take stays, also when one has gone to another node. */
  async #save(): Promise<void> {
    clearTimeout(this.#timer);
    for (const node of [...this.#waiting]) {
      this.#waiting.delete(node);
      const said = await this.#sendOne(node);
      if (node === this.#node) this.#say(said);
    }
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => void this.#save(), 5000);
  }

  async #sendOne(node: Node): Promise<string> {
    try {
      const response = await send("PUT", this.url + encodeURIComponent(String(node.source.id)), { text: node.source.note ?? "" });
      if (response.ok) return text(this.host, "saved", { time: clock(new Date()) });
      if (!passing(response.status)) return text(this.host, "refused");
    } catch {
      // The line is gone for the moment; what was typed stays in the field.
    }
    this.#waiting.add(node);
    return text(this.host, "unsent-note");
  }

  #say(words: string): void {
    const line = this.card.querySelector("[data-note-said]");
    if (line) line.textContent = words;
  }
}
