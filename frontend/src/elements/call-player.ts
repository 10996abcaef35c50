// <call-player data-text-…>: the sound of a call beside its transcript.
//   audio or video with controls   ol.turns > li > span.who "Caller · 0:21" + words + span.remark …
// The turn that is heard is marked and kept in view; a press on its time plays from there. While it plays, a remark shows
// with its turn; paused, all of them stand. Where the sound cannot be had, the player says so and leads from turn to turn
// all the same; without scripts the transcript is simply read.
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
  #reading = -1; // the turn somebody is at where there is no sound
  #gone = new AbortController();

  get #media(): HTMLMediaElement | null {
    return this.querySelector("audio, video");
  }

  get #now(): number {
    const media = this.#media;
    return media ? this.#turns.findLastIndex((turn) => turn.at <= media.currentTime + early) : this.#reading;
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
    for (const from of [media, ...media.querySelectorAll("source:last-of-type")]) from.addEventListener("error", () => this.#silent(), { signal });
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => (this.#scrolled = performance.now()), { signal, passive: true });
    if (media.error || media.networkState === HTMLMediaElement.NETWORK_NO_SOURCE) this.#silent(); // it failed before this code came
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
    this.#to(Math.max(0, this.#now + by));
  }

  #remark(): void {
    const here = this.#now;
    const next = this.#turns.findIndex((each, place) => place > here && each.remarked);
    this.#to(next < 0 ? this.#turns.findIndex((each) => each.remarked) : next);
  }

  /** Play from a turn; where there is no sound, mark it and bring it into view. */
  #to(place: number): void {
    const turn = this.#turns[place];
    if (!turn) return;
    if (this.#media) return this.#play(turn.at);
    this.#reading = place;
    this.#scrolled = -Infinity;
    this.#follow();
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

  /** Go on without sound: say so, keep the way from turn to turn. */
  #silent(): void {
    const media = this.#media;
    if (!media) return;
    this.#reading = this.#now;
    const held = document.activeElement === media || this.querySelector(".who > button:focus") !== null;
    const note = document.createElement("p");
    note.className = "small quiet-text";
    note.setAttribute("role", "status");
    media.replaceWith(note);
    note.textContent = text(this, "broken");
    this.removeAttribute("data-playing");
    this.querySelectorAll(".callbar > :is(label, p)").forEach((part) => part.remove());
    for (const button of this.querySelectorAll(".who > button")) button.replaceWith(button.textContent ?? "");
    this.#follow();
    if (held) this.querySelector<HTMLElement>(".callbar > button:nth-of-type(2)")?.focus();
  }

  #key(event: KeyboardEvent): void {
    const media = this.#media;
    const on = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || on.matches("select, input, textarea")) return;
    const keys = { j: () => this.#turn(-1), l: () => this.#turn(1), r: () => this.#remark(), ...(media ? this.#sounding(media, on) : {}) };
    const action = (keys as Record<string, () => void>)[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** The keys that need a sound, without those that already do something where the focus is. */
  #sounding(media: HTMLMediaElement, on: HTMLElement): Record<string, () => void> {
    const own = on === media || on.matches("button");
    const toggle = (): void => void (media.paused ? media.play().catch(() => undefined) : media.pause());
    return {
      k: toggle,
      ...(own ? {} : { " ": toggle }),
      ...(on === media ? {} : { ArrowLeft: () => (media.currentTime -= step), ArrowRight: () => (media.currentTime += step) }),
    };
  }
}

customElements.define("call-player", CallPlayer);
