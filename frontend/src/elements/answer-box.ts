// <answer-box>: leafs through answers by arrow keys while one types on.
//   form input[type=search]   [data-answer] a[data-step="back|next"]
class AnswerBox extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const dialog = this.closest("dialog");
    if (event.key === "Escape" && dialog) {
      event.preventDefault(); // a search field would only empty itself
      return dialog.close();
    }
    const field = event.target instanceof HTMLInputElement;
    const steps: Record<string, string> = { ArrowDown: "next", ArrowUp: "back", ...(field ? {} : { ArrowRight: "next", ArrowLeft: "back" }) };
    const step = steps[event.key];
    if (!step) return;
    const link = this.querySelector<HTMLAnchorElement>(`a[data-step="${step}"]`);
    if (!link) return;
    event.preventDefault();
    if (!field) this.querySelector<HTMLElement>("input[type=search]")?.focus(); // the link is about to be replaced
    link.click();
  }
}

customElements.define("answer-box", AnswerBox);
