// Saying points from memory, one after another: say or type it, show it, judge it oneself. The strip below the drawing is its page.
import { text } from "../../page";
import { runs, share } from "./compare";
import type { Rating } from "./reviews";
import { branch, type Node } from "./tree";

interface Heard {
  came: (node: Node) => void; // another point is asked for
  shown: (node: Node) => void; // it was opened
  rated: (node: Node, rating: Rating, seconds: number) => void;
  left: () => void;
}

/** The nodes that are asked for: key points, or the leaves of a map that has none. */
export function leaves(root: Node): Node[] {
  const all = branch(root);
  const points = all.filter((node) => node.source.kind === "key");
  return points.length > 0 ? points : all.filter((node) => node.children.length === 0 && node.depth > 0);
}

export class Recalling {
  on = false;
  #root: Node | undefined;
  #scope: Node[] = [];
  #judged = new Map<Node, Rating>();
  #current: Node | undefined;
  #since = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly strip: HTMLFormElement,
    private readonly heard: Heard,
  ) {
    strip.addEventListener("submit", (event) => {
      event.preventDefault();
      this.show();
    });
    strip.addEventListener("click", (event) => this.#press((event.target as Element).closest<HTMLElement>("[data-rate], [data-do]")));
    strip.addEventListener("keydown", (event) => this.#key(event));
  }

  #part<T extends HTMLElement>(name: string): T {
    const part = this.strip.querySelector<T>(`[data-${name}]`);
    if (!part) throw new Error(`the strip lacks data-${name}`);
    return part;
  }

  /** Hide the points below `root` and ask for the first. */
  start(root: Node): void {
    this.stop();
    this.on = true;
    this.#root = root;
    this.#scope = leaves(root);
    this.#judged.clear();
    for (const node of this.#scope) node.veiled = true;
    this.strip.hidden = false;
    this.ask(this.#scope[0]);
  }

  stop(): void {
    this.on = false;
    this.strip.hidden = true;
    for (const node of this.#scope) node.veiled = false;
    this.#scope = [];
    this.#current = undefined;
  }

  asks(node: Node): boolean {
    return this.on && this.#scope.includes(node) && !this.#judged.has(node);
  }

  /** Ask for this point; without one, all have been said. */
  ask(node: Node | undefined, take = true): void {
    this.#current = node;
    this.#since = performance.now();
    this.#counted();
    this.#phase(node ? "ask" : "end");
    if (!node) return this.#end(take);
    this.#part("question").textContent = this.#question(node);
    this.#part<HTMLInputElement>("typed").value = "";
    this.heard.came(node);
    if (take) this.#part<HTMLInputElement>("typed").focus({ preventScroll: true });
  }

  /** Go to the next point that is still hidden. */
  next(): void {
    const at = this.#current ? this.#scope.indexOf(this.#current) : -1;
    const round = [...this.#scope.slice(at + 1), ...this.#scope.slice(0, at + 1)];
    this.ask(round.find((node) => !this.#judged.has(node)));
  }

  #question(node: Node): string {
    if (node.source.question) return node.source.question;
    const siblings = (node.parent?.children ?? []).filter((one) => this.#scope.includes(one));
    const above = node.parent?.source.text ?? "";
    return siblings.length > 1 ? text(this.host, "asks", { text: above, number: siblings.indexOf(node) + 1, count: siblings.length }) : above;
  }

  #counted(): void {
    this.#part("progress").textContent = text(this.host, "progress", { done: this.#judged.size, count: this.#scope.length });
  }

  #phase(phase: "ask" | "answer" | "end"): void {
    for (const name of ["ask", "answer", "end"]) this.#part(name).hidden = name !== phase;
    if (getComputedStyle(this.strip).position === "absolute") this.strip.scrollIntoView({ block: "nearest" });
  }

  #end(take: boolean): void {
    const good = [...this.#judged.values()].filter((rating) => rating === "good").length;
    this.#part("question").textContent = text(this.host, "ended", { count: this.#judged.size, good });
    if (take) this.#part("question").focus({ preventScroll: true });
  }

  /** Open the point, beside what was typed. */
  show(): void {
    const node = this.#current;
    if (!node || !this.#part("answer").hidden) return;
    node.veiled = false;
    const said = this.#part<HTMLInputElement>("typed").value.trim();
    const point = this.#part("point");
    point.replaceChildren(...runs(said, node.source.text).map(({ words, had }) => (had ? Object.assign(document.createElement("mark"), { textContent: words }) : words)));
    this.#part("yours").textContent = said;
    this.#part("said").hidden = said === "";
    const part = share(said, node.source.text);
    this.#part("kind").textContent = said === "" ? "" : text(this.host, part >= 0.6 ? "much" : part > 0 ? "some" : "otherwise");
    this.#phase("answer");
    this.heard.shown(node);
    point.focus({ preventScroll: true });
  }

  rate(rating: Rating): void {
    const node = this.#current;
    if (!node || this.#part("answer").hidden) return;
    this.#judged.set(node, rating);
    this.heard.rated(node, rating, Math.min(Math.round((performance.now() - this.#since) / 1000), 600));
    this.next();
  }

  #press(button: HTMLElement | null): void {
    const { rate, do: deed } = button?.dataset ?? {};
    if (rate) this.rate(rate as Rating);
    else if (deed === "again" && this.#root) this.start(this.#root);
    else if (deed === "leave") this.heard.left();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.preventDefault();
      this.heard.left();
    }
    const rating = ({ 1: "again", 2: "hard", 3: "good" } as Record<string, Rating>)[event.key];
    if (!rating || this.#part("answer").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.rate(rating);
  }
}
