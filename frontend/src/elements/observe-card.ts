// <observe-card data-autosave="URL">: a scorecard, one criterion at a time, saved with every tap.
//   data-elapsed: seconds of a live call that had passed when the page was made; button[data-mark="name of a field"]
//   form   [data-saved]   ol[data-dots] > li > button   [data-criterion] …   [data-steps] with data-do="back|next"
import { clock, detail, passing, send, text } from "../page";
import { say } from "../toasts";

class ObserveCard extends HTMLElement {
  #at = 0;
  #dirty = false;
  #sending = false;
  #pause = 1000;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;

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
    this.addEventListener("change", (event) => {
      const given = event.target as HTMLInputElement;
      if (given.type === "radio" && ["0", "1"].includes(given.value)) this.#unfold(given.closest("[data-criterion]"));
      this.#changed(0);
    });
    this.addEventListener("input", (event) => {
      if ((event.target as Element).matches("textarea, input:not([type=radio], [type=checkbox])")) this.#changed(900);
    });
    addEventListener("online", () => this.#dirty && this.#save());
    const open = this.#steps.findIndex((step) => !step.querySelector(":checked"));
    const asked = this.#steps.findIndex((step) => step.id && `#${step.id}` === location.hash);
    this.#go(Math.max(asked >= 0 ? asked : open, 0), false);
    if (this.dataset.elapsed) this.#mark(Number(this.dataset.elapsed));
  }

  /** Open the fields for what was heard. */
  #unfold(step: Element | null): void {
    step?.querySelector("details[data-evidence]")?.setAttribute("open", "");
  }

  /** Buttons that write the place in a live call, `elapsed` seconds old when the page was made, into their field. */
  #mark(elapsed: number): void {
    const place = (): string => {
      const second = Math.floor(elapsed + performance.now() / 1000);
      return `${Math.floor(second / 60)}:${String(second % 60).padStart(2, "0")}`;
    };
    const buttons = [...this.querySelectorAll<HTMLButtonElement>("button[data-mark]")];
    const show = (): void => buttons.forEach((button) => (button.lastChild!.textContent = text(this, "mark", { time: place() })));
    for (const button of buttons) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const field = this.querySelector<HTMLInputElement>(`[name="${button.dataset.mark}"]`);
        if (!field) return;
        field.value = place();
        this.#unfold(field.closest("[data-criterion]"));
        this.#changed(0);
      });
    }
    show();
    this.#ticking = setInterval(show, 1000);
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#ticking);
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
