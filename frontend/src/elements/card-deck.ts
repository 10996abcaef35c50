// <card-deck start>: shows one card at a time; arrow keys and buttons leaf, Space turns. Without it all stand below one another.
//   [data-card] > details   [data-step="back|next"]
class CardDeck extends HTMLElement {
  #at = 0;

  get #cards(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-card]")];
  }

  connectedCallback(): void {
    const named = this.#cards.findIndex((card) => `#${card.id}` === location.hash);
    this.#show(named >= 0 ? named : Number(this.getAttribute("start") || 1) - 1, false);
    for (const part of this.querySelectorAll<HTMLElement>("[data-js]")) part.hidden = false;
    this.addEventListener("click", (event) => {
      const step = (event.target as Element).closest<HTMLElement>("[data-step]")?.dataset.step;
      if (step) this.#show(this.#at + (step === "next" ? 1 : -1), true);
    });
    this.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowRight") this.#show(this.#at + 1, true);
      else if (event.key === "ArrowLeft") this.#show(this.#at - 1, true);
      else return;
      event.preventDefault();
    });
  }

  #show(number: number, move: boolean): void {
    const cards = this.#cards;
    this.#at = Math.max(0, Math.min(number, cards.length - 1));
    cards.forEach((card, index) => (card.hidden = index !== this.#at));
    for (const button of this.querySelectorAll<HTMLButtonElement>("[data-step]")) {
      button.disabled = button.dataset.step === "next" ? this.#at === cards.length - 1 : this.#at === 0;
    }
    const details = cards[this.#at]?.querySelector("details");
    if (!move || !details) return;
    details.open = false;
    details.querySelector("summary")?.focus();
    history.replaceState(null, "", `#${cards[this.#at]?.id}`);
  }
}

customElements.define("card-deck", CardDeck);
