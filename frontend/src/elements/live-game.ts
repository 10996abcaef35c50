// <live-game src="URL of the fragment" events="URL of the stream">: shows the game as it stands.
// The stream carries one word, the token; where it differs from [data-token] of what is shown, the fragment is fetched.
// Where the stream is refused or breaks, the fragment is fetched every second until a stream opens again.
import "./quiz-timer";
import { resend } from "../confirm";
import { say } from "../toasts";
import { text, token } from "../page";

const poll = 1000;
const again = 20_000; // after a refused stream

class LiveGame extends HTMLElement {
  #stream: EventSource | undefined;
  #polling: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #busy: Promise<void> | undefined;
  #stale = false;
  #gone = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#gone;
    this.addEventListener("submit", (event) => this.#submit(event), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    addEventListener("pagehide", () => this.#close(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.#open(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.#look(), { signal });
    this.#open();
  }

  disconnectedCallback(): void {
    this.#gone.abort();
    this.#close();
  }

  get #shown(): HTMLElement | null {
    return this.querySelector<HTMLElement>("[data-token]");
  }

  #open(): void {
    if (this.#shown?.dataset.state === "finished") return;
    this.#stream?.close();
    const stream = new EventSource(this.getAttribute("events") ?? "");
    this.#stream = stream;
    stream.addEventListener("open", () => this.#poll(false));
    stream.addEventListener("message", (event: MessageEvent<string>) => {
      if (event.data !== this.#shown?.dataset.token) void this.#look();
    });
    stream.addEventListener("error", () => {
      this.#poll(true);
      if (stream.readyState !== EventSource.CLOSED) return; // the browser comes back by itself
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.#open(), again);
    });
  }

  #close(): void {
    this.#stream?.close();
    clearTimeout(this.#retry);
    this.#poll(false);
  }

  #poll(on: boolean): void {
    clearInterval(this.#polling);
    if (on) this.#polling = setInterval(() => void this.#look(), poll);
  }

  /** Fetch the game as it is now; a change heard meanwhile is fetched after it. */
  async #look(): Promise<void> {
    if (this.#busy) {
      this.#stale = true;
      return this.#busy;
    }
    this.#busy = this.#ask(this.getAttribute("src") ?? "", { method: "GET" });
    await this.#busy;
    this.#busy = undefined;
    if (!this.#stale) return;
    this.#stale = false;
    await this.#look();
  }

  async #ask(url: string, request: RequestInit): Promise<void> {
    try {
      const headers = { "HX-Request": "true", "X-CSRFToken": token() };
      const answer = await fetch(url, { ...request, headers, credentials: "same-origin" });
      const made = answer.headers.get("HX-Redirect");
      if (made) location.assign(made);
      else if (answer.ok || answer.status === 422) this.#show(await answer.text(), request.method === "POST");
      else if (request.method === "POST" || answer.status === 404) location.assign(this.getAttribute("src") ?? "");
    } catch {
      if (request.method === "POST") say(text(this, "away"), "warn");
    }
  }

  /** Put the fragment in place; one that says nothing new does not take away what is being chosen. */
  #show(html: string, answered: boolean): void {
    const part = document.createElement("template");
    part.innerHTML = html;
    const fresh = part.content.querySelector<HTMLElement>("[data-token]");
    if (!fresh) return;
    const focused = this.contains(document.activeElement) ? document.activeElement?.id : "";
    const same = fresh.dataset.token === this.#shown?.dataset.token && fresh.dataset.state === this.#shown?.dataset.state;
    if (same && !answered && this.querySelector("input[name=response]:checked")) return;
    this.replaceChildren(part.content);
    if (focused) document.getElementById(focused)?.focus();
    if (fresh.dataset.state === "finished") this.#close();
  }

  #submit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-live]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.method !== "post") return void this.#look();
    const sent = new FormData(form, event.submitter);
    for (const pressed of form.querySelectorAll("button")) pressed.disabled = true;
    void this.#ask(form.action, { method: "POST", body: sent }).finally(() => {
      for (const pressed of form.querySelectorAll("button")) pressed.disabled = false;
    });
  }

  /** 1 to 6 answer at once, or mark one of several. */
  #key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("dialog, textarea, select, input:not([type=checkbox])")) return;
    const form = this.querySelector<HTMLFormElement>("[data-round]");
    if (!form || !/^[1-6]$/.test(event.key)) return;
    const control = form.querySelectorAll<HTMLElement>("[name=response]")[Number(event.key) - 1];
    if (!control) return;
    event.preventDefault();
    if (control instanceof HTMLButtonElement) resend(form, control);
    else control.click();
  }
}

customElements.define("live-game", LiveGame);
