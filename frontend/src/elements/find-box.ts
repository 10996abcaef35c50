// <find-box>: walks from the field into the hits and back by arrow keys; Enter opens the hit that has the focus.
//   input[type=search]   a[data-hit] …
class FindBox extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const field = this.querySelector<HTMLElement>("input[type=search]");
    const hits = [...this.querySelectorAll<HTMLElement>("a[data-hit]")];
    const here = hits.indexOf(document.activeElement as HTMLElement);
    if (here < 0 && document.activeElement !== field) return;
    const target = event.key === "ArrowDown" ? hits[here + 1] : here > 0 ? hits[here - 1] : field;
    if (!target) return;
    event.preventDefault();
    target.focus();
  }
}

customElements.define("find-box", FindBox);
