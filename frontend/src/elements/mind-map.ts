// <mind-map src="…json">: draws the tree of a course as a map one can walk by keyboard; the text outline inside is the same map.
//   [data-tools] with data-do buttons   [data-legend]   [data-canvas]   [data-outline]
import { text } from "../page";
import { say } from "../toasts";
import { Camera } from "./map-camera";
import { edge, foldDeep, line, plant, size, spread, stack, visible, type Node, type Source } from "./map-tree";

const space = "http://www.w3.org/2000/svg";
const marks: Record<string, string> = { ok: "✓", warn: "~", new: "+" };
const narrow = 560;

function shape<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string | number>, words = ""): SVGElementTagNameMap[K] {
  const made = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (words) made.textContent = words;
  return made;
}

class MindMap extends HTMLElement {
  #all: Node[] = [];
  #svg = shape("svg", { class: "mm", role: "tree" });
  #scene = shape("g", { role: "none" });
  #camera = new Camera(this.#svg, this.#scene);
  #here: Node | undefined;
  #recalling = false;
  #flat = false;
  #widths = new Map<string, number>();
  #pen = document.createElement("canvas").getContext("2d");

  get #canvas(): HTMLElement {
    return this.querySelector<HTMLElement>("[data-canvas]") ?? this;
  }

  async connectedCallback(): Promise<void> {
    let tree: { title: string; children?: Source[] };
    try {
      const response = await fetch(this.getAttribute("src") ?? "", { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!response.ok) throw new Error(String(response.status));
      tree = (await response.json()) as typeof tree;
    } catch {
      say(text(this, "failed"), "warn");
      return;
    }
    this.#all = plant({ text: tree.title, kind: "course", children: tree.children ?? [] });
    this.#start();
  }

  #start(): void {
    for (const part of this.querySelectorAll<HTMLElement>("[data-tools], [data-legend], [data-canvas]")) part.hidden = false;
    this.#outline(false);
    this.#svg.setAttribute("aria-label", text(this, "label"));
    this.#svg.setAttribute("aria-description", text(this, "help"));
    this.#svg.append(this.#scene);
    this.#canvas.append(this.#svg);
    this.#flat = this.#canvas.clientWidth < narrow;
    foldDeep(this.#all, this.#flat ? 14 : 60);
    this.#here = this.#all[0];
    this.#draw();
    this.#camera.fit();
    this.#svg.addEventListener("click", (event) => this.#click(event));
    this.#svg.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("click", (event) => this.#do((event.target as Element).closest<HTMLElement>("[data-do]")));
    new ResizeObserver(() => this.#resized()).observe(this.#canvas);
  }

  #resized(): void {
    const flat = this.#canvas.clientWidth < narrow;
    if (this.#canvas.clientWidth === 0 || (flat === this.#flat && !flat)) return;
    const turned = flat !== this.#flat;
    this.#flat = flat;
    this.#draw();
    if (turned) this.#camera.fit();
  }

  #measure = (words: string): number => {
    let width = this.#widths.get(words);
    if (width === undefined) {
      width = this.#pen?.measureText(words).width ?? words.length * 8;
      this.#widths.set(words, width);
    }
    return width;
  };

  #label(node: Node): string {
    if (node.veiled) return text(this, "hidden");
    return node.source.number ? `${node.source.number}. ${node.source.text}` : node.source.text;
  }

  /** Lay out and draw what is open; the focus stays on the node it was on. */
  #draw(): void {
    const root = this.#all[0];
    if (!root) return;
    const focused = this.#svg.contains(document.activeElement);
    if (this.#pen) this.#pen.font = `600 15px ${getComputedStyle(this).fontFamily}`;
    const room = this.#canvas.clientWidth - 12;
    const shown = visible(root);
    size(shown, (node) => (this.#flat ? room - node.depth * 22 - 92 : 270), (node) => this.#label(node), 46, this.#measure);
    const extent = this.#flat ? stack(root, room) : spread(root);
    this.#canvas.classList.toggle("flat", this.#flat);
    this.#camera.still = this.#flat;
    this.#svg.setAttribute("height", this.#flat ? String(extent.height + 4) : "100%");
    this.#camera.extent(extent);
    this.#camera.apply();
    const edges = shape("g", { "aria-hidden": "true" });
    for (const node of shown) {
      if (node.parent) edges.append(shape("path", { class: `d${node.depth}`, d: edge(node.parent, node, this.#flat) }));
    }
    this.#scene.replaceChildren(edges, ...shown.map((node) => this.#shape(node)));
    if (this.#here && !shown.includes(this.#here)) this.#here = root;
    if (focused) this.#focus(this.#here);
  }

  #shape(node: Node): SVGGElement {
    const { source } = node;
    const key = source.kind === "key";
    const look = node.depth === 0 ? "root" : node.veiled ? "veiled" : key ? source.state || "new" : node.children.length > 0 ? "branch" : "leaf";
    const group = shape("g", {
      class: `n ${look}`, role: "treeitem", tabindex: node === this.#here ? 0 : -1, "data-id": node.id, "aria-level": node.depth + 1,
      "aria-label": this.#label(node) + (key && !node.veiled ? `, ${text(this, source.state || "new")}` : ""),
      transform: `translate(${node.x} ${node.y})`,
    });
    if (node.children.length > 0) group.setAttribute("aria-expanded", String(node.open));
    group.append(shape("rect", { width: node.width, height: node.height, rx: node.depth === 0 ? 12 : key ? 8 : Math.min(18, node.height / 2) }));
    const first = (node.height - node.lines.length * line) / 2 + 15;
    if (key) group.append(shape("text", { class: "m", x: 12, y: first }, node.veiled ? "?" : marks[source.state || "new"] ?? "+"));
    const words = shape("text", {});
    for (const [index, part] of node.lines.entries()) words.append(shape("tspan", { x: key ? 30 : 16, y: first + index * line }, part));
    group.append(words);
    if (source.url && !node.veiled) {
      const at = node.width - (node.children.length > 0 ? 48 : 26); // beside the sign that folds, or alone
      const go = shape("g", { class: "go", "data-go": "" });
      go.append(shape("title", {}, text(this, "open")), shape("rect", { x: at - 6, y: 2, width: 24, height: node.height - 4, "fill-opacity": 0 }), shape("text", { x: at, y: first }, "↗"));
      group.append(go);
    }
    if (node.children.length > 0) group.append(shape("text", { class: "fold", x: node.width - 12, y: first, "text-anchor": "end" }, node.open ? "−" : String(node.children.length) + "+"));
    return group;
  }

  #focus(node: Node | undefined): void {
    if (!node) return;
    this.#here = node;
    for (const item of this.#scene.querySelectorAll("[tabindex='0']")) item.setAttribute("tabindex", "-1");
    const item = this.#scene.querySelector<SVGGElement>(`[data-id="${node.id}"]`);
    item?.setAttribute("tabindex", "0");
    item?.focus({ preventScroll: !this.#flat });
    this.#camera.reveal(node);
  }

  /** Show a hidden point, fold a branch, or open the page behind a leaf. */
  #act(node: Node, open: boolean): void {
    this.#here = node;
    if (node.veiled) node.veiled = false;
    else if (node.children.length > 0) node.open = !node.open;
    else if (open) return this.#visit(node);
    const before = { x: node.x, y: node.y };
    this.#draw();
    this.#camera.x += (before.x - node.x) * this.#camera.scale;
    this.#camera.y += (before.y - node.y) * this.#camera.scale;
    this.#camera.apply();
  }

  #visit(node: Node): void {
    if (node.source.url) location.assign(node.source.url);
  }

  #click(event: Event): void {
    const target = event.target as Element;
    const node = this.#all[Number(target.closest<SVGGElement>("[data-id]")?.dataset.id ?? -1)];
    if (!node) return;
    if (target.closest("[data-go]")) return this.#visit(node);
    this.#act(node, true);
    this.#focus(node);
  }

  #key(event: KeyboardEvent): void {
    const node = this.#here;
    const root = this.#all[0];
    if (!node || !root || event.ctrlKey || event.metaKey || event.altKey) return;
    const shown = visible(root);
    const at = shown.indexOf(node);
    const moves: Record<string, () => void> = {
      ArrowDown: () => this.#focus(shown[at + 1]),
      ArrowUp: () => this.#focus(shown[at - 1]),
      ArrowRight: () => (node.children.length > 0 && !node.open ? this.#act(node, false) : this.#focus(node.children[0])),
      ArrowLeft: () => (node.children.length > 0 && node.open ? this.#act(node, false) : this.#focus(node.parent ?? undefined)),
      Home: () => this.#focus(root),
      End: () => this.#focus(shown.at(-1)),
      Enter: () => this.#act(node, true),
      " ": () => this.#act(node, false),
      o: () => this.#visit(node),
      "+": () => this.#camera.zoom(1.2),
      "=": () => this.#camera.zoom(1.2),
      "-": () => this.#camera.zoom(1 / 1.2),
      "0": () => this.#camera.fit(true),
    };
    const move = moves[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }

  #do(button: HTMLElement | null): void {
    const root = this.#all[0];
    if (!button || !root) return;
    const acts: Record<string, () => void> = {
      fold: () => this.#openAll(false),
      unfold: () => this.#openAll(true),
      smaller: () => this.#camera.zoom(1 / 1.25),
      larger: () => this.#camera.zoom(1.25),
      fit: () => this.#camera.fit(true),
      outline: () => this.#outline(button.getAttribute("aria-pressed") !== "true"),
      recall: () => this.#recall(!this.#recalling),
      "next-hidden": () => this.#nextHidden(),
    };
    acts[button.dataset.do ?? ""]?.();
  }

  #openAll(open: boolean): void {
    for (const node of this.#all) node.open = open || node.depth === 0;
    this.#draw();
    this.#camera.fit();
  }

  #outline(shown: boolean): void {
    const outline = this.querySelector<HTMLElement>("[data-outline]");
    if (outline) outline.hidden = !shown;
    this.#canvas.hidden = shown;
    this.querySelector("[data-do=outline]")?.setAttribute("aria-pressed", String(shown));
    const next = this.querySelector<HTMLElement>("[data-do=next-hidden]");
    if (next) next.hidden = shown || !this.#recalling;
    for (const tool of this.querySelectorAll<HTMLElement>("[data-do=fold], [data-do=unfold], [data-do=smaller], [data-do=larger], [data-do=fit], [data-do=recall]")) tool.hidden = shown;
  }

  #recall(on: boolean): void {
    this.#recalling = on;
    for (const node of this.#all) node.veiled = on && node.source.kind === "key";
    this.querySelector("[data-do=recall]")?.setAttribute("aria-pressed", String(on));
    const next = this.querySelector<HTMLElement>("[data-do=next-hidden]");
    if (next) next.hidden = !on;
    this.#draw();
  }

  /** Go to the next point that is still hidden, opening the branches above it. */
  #nextHidden(): void {
    const from = this.#here ? this.#all.indexOf(this.#here) : -1;
    const next = [...this.#all.slice(from + 1), ...this.#all.slice(0, from + 1)].find((node) => node.veiled);
    if (!next) return this.#recall(false);
    for (let above = next.parent; above; above = above.parent) above.open = true;
    this.#here = next;
    this.#draw();
    this.#focus(next);
  }
}

customElements.define("mind-map", MindMap);
