// <observe-card data-autosave="URL">: a scorecard, one criterion at a time, saved with every tap.
//   form   [data-saved]   ol[data-dots] > li > button   [data-criterion] …   [data-steps] with data-do="back|next"
import { clock, detail, passing, send, text } from "../page";
import { say } from "../toasts";

class ObserveCard extends HTMLElement {
  #at = 0;
  #dirty = false;
  #sending = false;
  #pause = 1000;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get #steps(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-criterion]")];
  }
  get #dots(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-dots] > li")];
  }

  connectedCallback(): void {
    this.classList.add("stepped");
    for (const part of this.querySelectorAll<HTMLElement>("[data-dots], [data-steps]")) part.hidden = false;
    this.#dots.forEach((dot, index) => dot.addEventListener("click", () => this.#go(index)));
    this.addEventListener("click", (event) => {
      const way = (event.target as Element).closest<HTMLElement>("[data-do]")?.dataset.do;
      if (way) this.#go(this.#at + (way === "next" ? 1 : -1));
    });
    this.addEventListener("change", () => this.#changed(0));
    this.addEventListener("input", (event) => {
      if ((event.target as Element).matches("textarea, input:not([type=radio], [type=checkbox])")) this.#changed(900);
    });
    addEventListener("online", () => this.#dirty && this.#save());
    const open = this.#steps.findIndex((step) => !step.querySelector(":checked"));
    this.#go(Math.max(open, 0), false);
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  #go(to: number, focus = true): void {
    const steps = this.#steps;
    this.#at = Math.min(Math.max(to, 0), steps.length - 1);
    steps.forEach((step, index) => (step.hidden = index !== this.#at));
    const here = steps[this.#at];
    const next = this.querySelector<HTMLElement>("[data-do=next]");
    const back = this.querySelector<HTMLButtonElement>("[data-do=back]");
    if (next) next.hidden = this.#at === steps.length - 1;
    if (back) back.disabled = this.#at === 0;
    this.#paint();
    if (focus) (here?.querySelector<HTMLElement>("input:checked, input, textarea, button") ?? here)?.focus({ preventScroll: true });
  }

  #paint(): void {
    const dots = this.#dots;
    dots.forEach((dot, index) => {
      const done = this.#steps[index]?.querySelector(":checked") !== null;
      dot.className = index === this.#at ? "on" : done ? "d" : "";
      const button = dot.querySelector("button");
      button?.setAttribute("aria-label", text(this, "step", { number: index + 1, count: dots.length }));
      if (index === this.#at) button?.setAttribute("aria-current", "step");
      else button?.removeAttribute("aria-current");
    });
  }

  #changed(wait: number): void {
    this.#dirty = true;
    this.#paint();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), wait);
  }

  async #save(): Promise<void> {
    const form = this.querySelector("form");
    if (!this.dataset.autosave || !form || this.#sending) return;
    this.#sending = true;
    this.#dirty = false;
    try {
      const response = await send("POST", this.dataset.autosave, new FormData(form));
      if (passing(response.status)) throw new Error(String(response.status));
      this.#pause = 1000;
      if (response.ok) this.#show(text(this, "saved", { time: clock(new Date()) }), "ok");
      else say(detail(await response.text()) || text(this, "refused"), "bad");
    } catch {
      this.#dirty = true;
      this.#show(text(this, "unsent"), "warn");
    }
    this.#sending = false;
    if (!this.#dirty) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, 30_000);
  }

  #show(words: string, state: "ok" | "warn"): void {
    const chip = this.querySelector<HTMLElement>("[data-saved]");
    if (!chip) return;
    chip.hidden = false;
    chip.className = `chip ${state}`;
    chip.textContent = words;
  }
}

customElements.define("observe-card", ObserveCard);
