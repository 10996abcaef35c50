// Recall on a map: points are hidden, asked for one after another, rated; each rating is a review that is sent when it can be.
import { text } from "../../page";
import { say } from "../../toasts";
import type { Outline } from "./outline";
import { leaves, Recalling } from "./recalling";
import { ReviewQueue, type Rating, type Review } from "./reviews";
import { openAbove, type Node, type State } from "./tree";
import type { MapView } from "./view";

const after: Record<Rating, State> = { again: "warn", hard: "warn", good: "ok" };

export class RecallMode {
  #recalling: Recalling;
  #queue: ReviewQueue | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly view: MapView,
    private readonly outline: Outline,
    private readonly did: { came: (node: Node) => void; changed: (node: Node, wider: boolean) => void },
  ) {
    const strip = this.#part<HTMLFormElement>("recall");
    this.#recalling = new Recalling(host, strip ?? document.createElement("form"), {
      came: (node) => this.#asked(node),
      shown: (node) => this.#opened(node),
      rated: (node, rating, seconds) => this.#rated(node, rating, seconds),
      left: () => this.stop(),
    });
    const { reviews, person = "" } = host.dataset;
    if (!reviews || !strip) return;
    this.#queue = new ReviewQueue(reviews, person, {
      judged: (review, reply) => this.#judged(review, reply),
      waiting: (count) => this.#waiting(count),
    });
    void this.#queue.flush();
  }

  #part<T extends HTMLElement = HTMLElement>(name: string): T | null {
    return this.host.querySelector<T>(`[data-${name}]`);
  }

  asks(node: Node): boolean {
    return this.#recalling.asks(node);
  }

  ask(node: Node): void {
    this.#recalling.ask(node);
  }

  next(): void {
    this.#recalling.next();
  }

  toggle(root: Node): void {
    if (this.#recalling.on) this.stop();
    else this.start(root);
  }

  start(root: Node | undefined): void {
    if (!root || leaves(root).length === 0) return;
    this.#recalling.start(root);
    this.#turned();
  }

  stop(): void {
    this.#recalling.stop();
    this.view.camera.foot = 0;
    this.#turned();
    this.#part("tools")?.querySelector<HTMLElement>("[data-do=recall]")?.focus();
  }

  #turned(): void {
    const { on } = this.#recalling;
    const button = this.host.querySelector("[data-do=recall]");
    button?.setAttribute("aria-pressed", String(on));
    button?.classList.toggle("quiet", on);
    const next = this.host.querySelector<HTMLElement>("[data-do=next-hidden]");
    if (next) next.hidden = !on;
    this.view.draw();
    this.outline.redrawAll();
  }

  #asked(node: Node): void {
    openAbove(node);
    this.view.draw();
    this.view.camera.foot = this.#part("recall")?.offsetHeight ?? 0;
    this.view.focus(node, false);
    this.outline.focus(node, false);
    this.did.came(node);
  }

  #opened(node: Node): void {
    this.view.camera.foot = this.#part("recall")?.offsetHeight ?? 0;
    this.did.changed(node, true);
    this.view.focus(node, false);
  }

  #rated(node: Node, rating: Rating, seconds: number): void {
    const { key_point_id } = node.source;
    if (key_point_id !== undefined && this.#queue) {
      node.source.state = after[rating];
      this.#queue.put({ key_point_id, rating, seconds });
    }
    this.did.changed(node, false);
  }

  /** The server knows better what the rating did to the memory of the point. */
  #judged(review: Review, reply: Record<string, unknown> | null): void {
    if (!reply) return say(text(this.host, "refused"), "warn");
    const { state } = reply;
    if (state !== "ok" && state !== "warn" && state !== "new") return;
    for (const node of this.view.all) {
      if (node.source.key_point_id !== review.key_point_id || node.source.state === state) continue;
      node.source.state = state;
      this.did.changed(node, false);
    }
  }

  #waiting(count: number): void {
    const line = this.#part("unsent");
    if (!line) return;
    line.hidden = count === 0;
    line.textContent = count === 0 ? "" : text(this.host, "unsent", { count });
  }
}
