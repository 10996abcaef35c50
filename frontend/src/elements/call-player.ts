// <call-player data-text-…>: the sound of a call beside its transcript.
//   audio or video with controls   ol.turns > li > span.who "Caller · 0:21" + words + span.remark …
// The turn that is heard is marked and kept in view; a press on its time plays from there. While it plays, a remark shows
// with its turn; paused, all of them stand. Without sound or scripts the transcript is simply read.
import { icon, text } from "../page";

const speeds = [0.75, 1, 1.25, 1.5];
const step = 5; // seconds of an arrow key
const early = 0.15; // seconds by which a turn may begin before its time
const patience = 4000; // milliseconds after somebody scrolled by themselves

interface Turn {
  at: number;
  line: HTMLElement;
  remarked: boolean;
}

class CallPlayer extends HTMLElement {
  #turns: Turn[] = [];
  #scrolled = -Infinity;
  #gone = new AbortController();

  get #media(): HTMLMediaElement | null {
    return this.querySelector("audio, video");
  }

  get #now(): number {
    const media = this.#media;
    return media ? this.#turns.findLastIndex((turn) => turn.at <= media.currentTime + early) : -1;
  }

  connectedCallback(): void {
    const media = this.#media;
    if (!media || this.#turns.length) return;
    media.setAttribute("aria-label", this.closest("section")?.querySelector("h3")?.textContent ?? "");
    this.querySelectorAll<HTMLElement>(".turns > li").forEach((line) => this.#read(line));
    media.after(this.#bar(media));
    const { signal } = this.#gone;
    for (const kind of ["timeupdate", "seeked"]) media.addEventListener(kind, () => this.#follow(), { signal });
    media.addEventListener("play", () => this.toggleAttribute("data-playing", true), { signal });
    for (const kind of ["pause", "ended"]) media.addEventListener(kind, () => this.toggleAttribute("data-playing", false), { signal });
    media.addEventListener("error", () => this.#silent(), { signal });
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => (this.#scrolled = performance.now()), { signal, passive: true });
  }

  disconnectedCallback(): void {
    this.#gone.abort();
  }

  /** Take a turn's time out of its words and make it a button that plays from there. */
  #read(line: HTMLElement): void {
    const who = line.querySelector(".who");
    const found = who?.textContent?.match(/^(.*?)(\d+):(\d\d)$/);
    if (!who || !found) return;
    const [, speaker, minutes, seconds] = found;
    const at = Number(minutes) * 60 + Number(seconds);
    const time = `${minutes}:${seconds}`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = time;
    button.setAttribute("aria-label", text(this, "from", { time }));
    button.addEventListener("click", () => this.#play(at));
    who.replaceChildren(speaker ?? "", button);
    this.#turns.push({ at, line, remarked: line.querySelector(".remark") !== null });
  }

  #bar(media: HTMLMediaElement): HTMLElement {
    const bar = document.createElement("div");
    bar.className = "callbar";
    const press = (name: string, sign: string, action: () => void): void => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn quiet dense";
      button.append(icon(sign), text(this, name));
      button.addEventListener("click", action);
      bar.append(button);
    };
    press("back", "prev", () => this.#turn(-1));
    press("next", "next", () => this.#turn(1));
    if (this.#turns.some((turn) => turn.remarked)) press("remark", "flag", () => this.#remark());
    const label = document.createElement("label");
    const choice = document.createElement("select");
    for (const speed of speeds) choice.add(new Option(`${speed} ×`, String(speed), speed === 1, speed === 1));
    choice.addEventListener("change", () => (media.playbackRate = Number(choice.value)));
    label.append(text(this, "speed"), choice);
    const keys = document.createElement("p");
    keys.className = "small quiet-text";
    keys.textContent = text(this, "keys");
    bar.append(label, keys);
    return bar;
  }

  #play(at: number): void {
    const media = this.#media;
    if (!media) return;
    media.currentTime = at;
    this.#scrolled = -Infinity;
    media.play().catch(() => undefined); // a refusal is told by the error event
  }

  #turn(by: number): void {
    const turn = this.#turns[Math.max(0, this.#now + by)];
    if (turn) this.#play(turn.at);
  }

  #remark(): void {
    const here = this.#now;
    const turn = this.#turns.find((each, place) => place > here && each.remarked) ?? this.#turns.find((each) => each.remarked);
    if (turn) this.#play(turn.at);
  }

  #follow(): void {
    const here = this.#now;
    this.#turns.forEach((turn, place) => {
      turn.line.classList.toggle("heard", place <= here);
      if (place === here && turn.line.getAttribute("aria-current") !== "true") {
        turn.line.setAttribute("aria-current", "true");
        this.#show(turn.line);
      } else if (place !== here) turn.line.removeAttribute("aria-current");
    });
  }

  /** Bring a turn into view, unless somebody is looking elsewhere. */
  #show(line: HTMLElement): void {
    if (this.#media?.paused || performance.now() - this.#scrolled < patience) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    line.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  #silent(): void {
    const note = document.createElement("p");
    note.className = "small quiet-text";
    note.setAttribute("role", "status");
    note.textContent = text(this, "broken");
    this.querySelector(".callbar")?.replaceWith(note);
    this.#media?.remove();
    this.#gone.abort();
    this.removeAttribute("data-playing");
    for (const button of this.querySelectorAll(".who > button")) button.replaceWith(button.textContent ?? "");
  }

  #key(event: KeyboardEvent): void {
    const media = this.#media;
    const on = event.target as HTMLElement;
    if (!media || event.ctrlKey || event.metaKey || event.altKey || on.matches("select, input, textarea")) return;
    const own = on === media || on.matches("button"); // what the browser already does with a key on them
    const toggle = (): void => void (media.paused ? media.play().catch(() => undefined) : media.pause());
    const keys: Record<string, () => void> = {
      k: toggle,
      j: () => this.#turn(-1),
      l: () => this.#turn(1),
      r: () => this.#remark(),
      ...(own ? {} : { " ": toggle }),
      ...(on === media ? {} : { ArrowLeft: () => (media.currentTime -= step), ArrowRight: () => (media.currentTime += step) }),
    };
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

customElements.define("call-player", CallPlayer);
