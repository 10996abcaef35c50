// What is said and shown of nodes: words, marks and colours of one's own memory; of one's own maps the words alone.
import { text } from "../../page";
import type { Looks } from "./shapes";
import { branch, type Node, type State } from "./tree";

const marks: Record<State, string> = { ok: "✓", warn: "~", new: "+" };

export class Wording {
  #sums = new Map<Node, string>();

  constructor(
    private readonly host: HTMLElement,
    readonly personal: boolean,
  ) {}

  looks(acts: (node: Node) => boolean): Looks {
    return {
      label: (node) => (node.veiled ? node.source.question || text(this.host, "hidden") : this.#numbered(node)),
      below: (node) => this.#sum(node),
      look: (node) => this.#look(node),
      mark: (node) => (node.veiled ? "?" : node.source.kind === "key" && this.personal ? marks[node.source.state || "new"] : ""),
      spoken: (node) => [this.name(node), this.state(node), node.source.note ? text(this.host, "has-note") : ""].filter(Boolean).join(", "),
      noted: (node) => Boolean(node.source.note),
      acts,
    };
  }

  #numbered(node: Node): string {
    return node.source.number ? `${node.source.number}. ${node.source.text}` : node.source.text;
  }

  /** What a node is called; of a hidden point the question alone. */
  name(node: Node): string {
    return node.veiled ? `${node.source.question ?? ""} ${text(this.host, "hidden")}`.trim() : this.#numbered(node);
  }

  #look(node: Node): string {
    if (node.depth === 0) return "root";
    if (node.veiled) return "veiled";
    if (node.source.kind === "key" && this.personal) return node.source.state || "new";
    return node.children.length > 0 ? "branch" : "leaf";
  }

  /** The word that goes with the colour of a point. */
  state(node: Node): string {
    if (node.veiled) return text(this.host, "veiled");
    if (node.source.kind !== "key") return this.#sum(node);
    return this.personal ? text(this.host, node.source.state || "new") : "";
  }

  /** How many points of a lesson or of the whole map sit. */
  #sum(node: Node): string {
    if (node.depth > 0 && node.source.kind !== "lesson") return "";
    let sum = this.#sums.get(node);
    if (sum === undefined) {
      const points = branch(node).filter((one) => one.source.kind === "key");
      const ok = points.filter((one) => one.source.state === "ok").length;
      sum = points.length > 0 && this.personal ? text(this.host, "sum", { ok, count: points.length }) : "";
      this.#sums.set(node, sum);
    }
    return sum;
  }

  /** A state has changed: count anew. */
  forget(): void {
    this.#sums.clear();
  }
}

/** The nodes of a map of one's own. */
export function plain(host: HTMLElement): Looks {
  return {
    label: (node) => node.source.text || "…",
    below: () => "",
    look: (node) => (node.depth === 0 ? "root" : node.children.length > 0 || node.depth === 1 ? "branch" : "leaf"),
    mark: () => "",
    spoken: (node) => [node.source.text || text(host, "empty"), node.source.note ? text(host, "has-note") : ""].filter(Boolean).join(", "),
    noted: (node) => Boolean(node.source.note ?? node.source.link),
    acts: () => false,
  };
}
