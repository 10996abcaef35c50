/** `<mark-keys>`: 1, 2 and 3 press the buttons of the answer that has the focus, or of the first; see ELEMENTS.md. */

export class MarkKeys extends HTMLElement {
  connectedCallback(): void {
    document.querySelector<HTMLElement>("[data-keys-help]")?.removeAttribute("hidden");
    document.addEventListener("keydown", this.#pressed);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#pressed);
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const typing = target.matches("textarea, select, input:not([type=checkbox])");
    if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !/^[123]$/.test(event.key)) return;
    const form = target.closest("form[data-marking]") ?? this.querySelector("form[data-marking]");
    const button = form?.querySelector<HTMLButtonElement>(`button[data-key="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  };
}

customElements.define("mark-keys", MarkKeys);
