// <blank-map>: puts missing nodes back by dragging, tapping or keyboard. Around a form whose selects (name="gap-…") it fills in.
import "../styles/map.css";
import { text } from "../page";

const slack = 6; // px before a press becomes a drag

class BlankMap extends HTMLElement {
  #selects: HTMLSelectElement[] = [];
  #slots = new Map<HTMLSelectElement, HTMLButtonElement>();
  #chips = new Map<string, HTMLButtonElement>();
  #pool = Object.assign(document.createElement("div"), { className: "pool" });
  #live = Object.assign(document.createElement("p"), { className: "vh" });
  #taken: string | undefined;
  #drag: { value: string; ghost: HTMLElement | null; x: number; y: number; pointer: number } | undefined;

  connectedCallback(): void {
    if (this.#selects.length > 0) return;
    this.#selects = [...this.querySelectorAll<HTMLSelectElement>("select[name^='gap-']")];
    const first = this.#selects[0];
    if (!first || first.disabled) return;
    this.#pool.setAttribute("role", "group");
    this.#pool.setAttribute("aria-label", text(this, "pool"));
    this.#live.setAttribute("role", "status");
    for (const option of first.options) if (option.value) this.#chips.set(option.value, this.#chip(option));
    for (const select of this.#selects) this.#slots.set(select, this.#slot(select));
    const place = this.querySelector<HTMLElement>("[data-pool]") ?? this;
    place.hidden = false;
    place.append(this.#pool, this.#live);
    this.#show();
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("pointerdown", (event) => this.#down(event));
    this.addEventListener("pointermove", (event) => this.#move(event));
    this.addEventListener("pointerup", (event) => this.#up(event));
    this.addEventListener("pointercancel", () => this.#endDrag());
    this.toggleAttribute("ready", true);
  }

  #chip(option: HTMLOptionElement): HTMLButtonElement {
    const chip = Object.assign(document.createElement("button"), { type: "button", className: "piece", textContent: option.text });
    chip.dataset.value = option.value;
    chip.setAttribute("aria-pressed", "false");
    this.#pool.append(chip);
    return chip;
  }

  #slot(select: HTMLSelectElement): HTMLButtonElement {
    const slot = Object.assign(document.createElement("button"), { type: "button", className: "slotgap" });
    slot.dataset.gap = select.name;
    select.hidden = true;
    select.before(slot);
    for (const label of select.labels ?? []) label.hidden = true;
    return slot;
  }

  /** Show what lies where: a piece is either in the pool or in one gap. */
  #show(): void {
    const used = new Set(this.#selects.map((select) => select.value).filter(Boolean));
    for (const [value, chip] of this.#chips) {
      chip.hidden = used.has(value);
      chip.setAttribute("aria-pressed", String(value === this.#taken));
    }
    for (const [index, [select, slot]] of [...this.#slots].entries()) {
      const filled = this.#chips.get(select.value)?.textContent ?? "";
      slot.textContent = filled || text(this, "empty");
      slot.classList.toggle("filled", filled !== "");
      slot.setAttribute("aria-label", text(this, filled ? "filled-gap" : "gap", { number: index + 1, count: this.#slots.size, text: filled }));
    }
    this.classList.toggle("taking", this.#taken !== undefined);
    this.#pool.classList.toggle("bare0", used.size === this.#chips.size);
  }

  #say(name: string, words: Record<string, string | number> = {}): void {
    this.#live.textContent = text(this, name, words);
  }

  #take(value: string | undefined): void {
    this.#taken = value;
    this.#show();
    if (value !== undefined) this.#say("took", { text: this.#chips.get(value)?.textContent ?? "" });
  }

  /** Lay a piece into a gap; what lay there goes back to the pool, or to the gap the piece came from. */
  #lay(value: string, target: HTMLSelectElement): void {
    const from = this.#selects.find((select) => select.value === value);
    const there = target.value;
    if (from) from.value = from === target ? value : there;
    target.value = value;
    this.#taken = undefined;
    this.#show();
    this.#say("laid", { text: this.#chips.get(value)?.textContent ?? "", number: this.#selects.indexOf(target) + 1 });
    target.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #back(select: HTMLSelectElement): void {
    const value = select.value;
    select.value = "";
    this.#show();
    this.#say("back", { text: this.#chips.get(value)?.textContent ?? "" });
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #selectOf(slot: HTMLElement | null | undefined): HTMLSelectElement | undefined {
    return this.#selects.find((select) => this.#slots.get(select) === slot);
  }

  #click(event: Event): void {
    const button = (event.target as Element).closest<HTMLButtonElement>(".piece, .slotgap");
    if (!button) return;
    const { value } = button.dataset;
    if (value !== undefined) {
      this.#take(this.#taken === value ? undefined : value);
      if (this.#taken !== undefined && (event as MouseEvent).detail === 0) this.#firstEmpty()?.focus();
      return;
    }
    const select = this.#selectOf(button);
    if (!select) return;
    if (this.#taken !== undefined) this.#lay(this.#taken, select);
    else if (select.value) this.#take(select.value);
    else this.#nextPiece()?.focus();
    if ((event as MouseEvent).detail === 0 && this.#taken === undefined && select.value) this.#nextPiece()?.focus();
  }

  #firstEmpty(): HTMLButtonElement | undefined {
    const empty = this.#selects.find((select) => !select.value) ?? this.#selects[0];
    return empty && this.#slots.get(empty);
  }

  #nextPiece(): HTMLButtonElement | undefined {
    return [...this.#chips.values()].find((chip) => !chip.hidden);
  }

  #key(event: KeyboardEvent): void {
    const button = (event.target as Element).closest<HTMLButtonElement>(".piece, .slotgap");
    if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = button.matches(".piece") ? [...this.#chips.values()].filter((chip) => !chip.hidden) : [...this.#slots.values()];
    const at = row.indexOf(button);
    const select = this.#selectOf(button);
    const moves: Record<string, () => void> = {
      ArrowDown: () => row[at + 1]?.focus(),
      ArrowRight: () => row[at + 1]?.focus(),
      ArrowUp: () => row[at - 1]?.focus(),
      ArrowLeft: () => row[at - 1]?.focus(),
      Escape: () => this.#take(undefined),
    };
    if (select?.value) moves.Delete = moves.Backspace = () => this.#back(select);
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }

  // Dragging, with mouse, pen or finger

  #down(event: PointerEvent): void {
    const button = (event.target as Element).closest<HTMLButtonElement>(".piece, .slotgap.filled");
    if (!button || event.button !== 0) return;
    const value = button.dataset.value ?? this.#selectOf(button)?.value;
    if (value) this.#drag = { value, ghost: null, x: event.clientX, y: event.clientY, pointer: event.pointerId };
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag || drag.pointer !== event.pointerId) return;
    if (!drag.ghost) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < slack) return;
      drag.ghost = Object.assign(document.createElement("div"), { className: "piece ghost", textContent: this.#chips.get(drag.value)?.textContent ?? "" });
      drag.ghost.setAttribute("aria-hidden", "true");
      document.body.append(drag.ghost);
      this.setPointerCapture(event.pointerId);
      this.#take(drag.value);
    }
    event.preventDefault();
    drag.ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
    const over = this.#under(event);
    for (const slot of this.#slots.values()) slot.classList.toggle("over", slot === over);
    const edge = event.clientY < 90 ? -12 : event.clientY > innerHeight - 110 ? 12 : 0;
    if (edge) scrollBy(0, edge);
  }

  #under(event: PointerEvent): HTMLElement | null {
    return document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>(".slotgap, .pool") ?? null;
  }

  #up(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag?.ghost) return this.#endDrag();
    const over = this.#under(event);
    const target = this.#selectOf(over);
    const from = this.#selects.find((select) => select.value === drag.value);
    this.#endDrag();
    if (target) this.#lay(drag.value, target);
    else if (over?.matches(".pool") && from) this.#back(from);
    this.#take(undefined);
  }

  #endDrag(): void {
    this.#drag?.ghost?.remove();
    this.#drag = undefined;
    for (const slot of this.#slots.values()) slot.classList.remove("over");
  }
}

customElements.define("blank-map", BlankMap);
