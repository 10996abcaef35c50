// The drawing of a map: one SVG that holds only what is near the reader's view, however large the map is.
import { Camera } from "./camera";
import { boxes, edges, nodeShape, shape, type Looks } from "./shapes";
import { size, spread, stack, touches, visible, type Box, type Node } from "./tree";

const narrow = 560;
const far = 0.45; // below this scale words cannot be read: boxes are enough

export class MapView {
  readonly svg = shape("svg", { class: "mm", role: "tree" });
  readonly camera: Camera;
  all: Node[] = [];
  shown: Node[] = [];
  here: Node | undefined;
  flat = false;
  #scene = shape("g", { role: "none" });
  #lines = shape("g", { "aria-hidden": "true" });
  #crowd = shape("g", { "aria-hidden": "true" });
  #more = shape("g", { class: "more", "aria-hidden": "true", "data-more": "" });
  #hovered: Node | undefined;
  #byId = new Map<string, Node>();
  #drawn = new Map<Node, SVGGElement>();
  #window: Box | undefined;
  #far = false;
  #paper = false;
  #widths = new Map<string, number>();
  #pen = document.createElement("canvas").getContext("2d");

  constructor(
    private readonly canvas: HTMLElement,
    private readonly looks: Looks,
  ) {
    this.#scene.append(this.#lines, this.#crowd);
    this.svg.append(this.#scene);
    this.camera = new Camera(this.svg, this.#scene);
    this.camera.moved = () => this.#cull();
    this.#more.append(shape("circle", { r: 13 }), shape("text", { "text-anchor": "middle", y: 5 }, "⋯"));
    canvas.append(this.svg);
    this.flat = canvas.clientWidth < narrow;
    addEventListener("scroll", () => this.flat && this.camera.apply(), { passive: true });
    this.svg.addEventListener("pointerover", (event) => this.#hover(event.target as Element));
    new ResizeObserver(() => this.#resized()).observe(canvas);
  }

  get root(): Node | undefined {
    return this.all[0];
  }

  /** Take other nodes; the reader stays at the node with the same id, if there is one. */
  take(all: Node[]): void {
    this.all = all;
    this.#byId = new Map(all.map((node) => [node.id, node]));
    this.here = (this.here && this.#byId.get(this.here.id)) ?? all[0];
  }

  node(id: string | undefined): Node | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  #resized(): void {
    const flat = this.canvas.clientWidth < narrow;
    this.camera.forget();
    if (this.canvas.clientWidth < 40 || this.#paper) return;
    if (flat === this.flat && !flat) return this.camera.apply();
    const turned = flat !== this.flat;
    this.flat = flat;
    this.draw();
    if (turned) this.camera.fit();
  }

  #measure = (words: string): number => {
    let width = this.#widths.get(words);
    if (width === undefined) {
      width = this.#pen?.measureText(words).width ?? words.length * 8;
      this.#widths.set(words, width);
    }
    return width;
  };

  /** Lay out and draw what is open; the focus stays on the node it was on. */
  draw(): void {
    const { root, looks } = this;
    if (!root) return;
    const focused = this.svg.contains(document.activeElement);
    if (this.#pen) this.#pen.font = `600 15px ${getComputedStyle(this.canvas).fontFamily}`;
    const room = this.canvas.clientWidth - 22;
    this.shown = visible(root);
    size(this.shown, {
      most: (node) => (this.flat ? room - Math.min(node.depth, 6) * 22 - (node.children.length > 0 ? 128 : 58) : 290),
      label: looks.label, below: looks.below, measure: this.#measure,
      extra: (node) => (looks.mark(node) ? 16 : 0) + (node.children.length > 0 ? 30 : 0) + (looks.noted(node) ? 20 : 0),
      least: this.flat ? 44 : 38,
    });
    const extent = this.flat ? stack(this.shown, room) : spread(root);
    this.canvas.classList.toggle("flat", this.flat);
    this.camera.still = this.flat;
    this.svg.setAttribute("height", this.flat ? String(extent.height + 4) : "100%");
    this.camera.extent(extent);
    if (!this.here || !this.shown.includes(this.here)) this.here = root;
    for (const group of this.#drawn.values()) group.remove();
    this.#drawn.clear();
    this.#window = undefined;
    this.camera.settle();
    if (focused) this.focus(this.here);
  }

  /** Draw one node anew, for its look has changed but not its size. */
  redraw(node: Node): void {
    const old = this.#drawn.get(node);
    if (!old) return;
    const focused = old === document.activeElement;
    const fresh = this.#shape(node);
    old.replaceWith(fresh);
    this.#drawn.set(node, fresh);
    if (focused) fresh.focus({ preventScroll: true });
  }

  /** Bring into the document what came near the view, and take out what is far from it. */
  #cull(): void {
    if (this.#paper) return;
    const view = this.camera.view();
    const apart = !this.flat && this.camera.scale < far;
    if (this.#window && apart === this.#far && contains(this.#window, view)) return;
    this.#far = apart;
    this.#window = { x: view.x - view.width / 2, y: view.y - view.height / 2, width: view.width * 2, height: view.height * 2 };
    const room = this.#window;
    const near = this.shown.filter((node) => node === this.here || touches(node, room));
    const whole = new Set(apart ? near.filter((node) => node.depth < 2 || node === this.here) : near);
    for (const [node, group] of this.#drawn) {
      if (whole.has(node)) continue;
      group.remove();
      this.#drawn.delete(node);
    }
    for (const node of whole) {
      if (this.#drawn.has(node)) continue;
      const group = this.#shape(node);
      this.#drawn.set(node, group);
      this.#scene.append(group);
    }
    this.#crowd.replaceChildren(...(apart ? boxes(near.filter((node) => !whole.has(node)), this.looks) : []));
    this.#lines.replaceChildren(...edges(this.shown, room, this.flat));
  }

  #shape(node: Node): SVGGElement {
    return nodeShape(node, this.looks, { here: node === this.here, flat: this.flat });
  }

  /** Offer the menu of the node that is pointed at, beside it. */
  #hover(target: Element): void {
    if (this.flat || target.closest("[data-more]")) return;
    const node = this.node(target.closest<SVGGElement>("[data-id]")?.dataset.id);
    if (node === this.#hovered && this.#more.isConnected) return;
    this.#hovered = node;
    if (!node || !this.looks.acts(node)) return this.#more.remove();
    this.#more.dataset.of = node.id;
    this.#more.setAttribute("transform", `translate(${node.x + node.width + 15} ${node.y + node.height / 2})`);
    this.#scene.append(this.#more);
  }

  /** The node under a pointer, and whether its menu is meant. */
  hit(event: MouseEvent): { node: Node; more: boolean } | undefined {
    const target = event.target as Element;
    const beside = target.closest<SVGGElement>("[data-of]");
    const found = this.node(beside?.dataset.of ?? target.closest<SVGGElement>("[data-id]")?.dataset.id) ?? (this.#far ? this.#near(event) : undefined);
    return found && { node: found, more: target.closest("[data-more]") !== null };
  }

  #near(event: MouseEvent): Node | undefined {
    const point = this.camera.at(event.clientX, event.clientY);
    return this.shown.find((node) => touches(node, { ...point, width: 1, height: 1 }));
  }

  /** Where a node lies on the page now. */
  place(node: Node): DOMRect {
    return this.#drawn.get(node)?.querySelector("rect")?.getBoundingClientRect() ?? this.svg.getBoundingClientRect();
  }

  /** Make a node the one the keyboard is at, and bring it into view; `take` the focus too, unless told not to. */
  focus(node: Node | undefined, take = true): void {
    if (!node) return;
    const before = this.here;
    this.here = node;
    if (before && before !== node) this.#drawn.get(before)?.setAttribute("tabindex", "-1");
    if (!this.flat) this.camera.reveal(this.#family(node), true);
    if (!this.#drawn.has(node)) this.#window = undefined;
    this.camera.settle();
    for (const [one, group] of this.#drawn) group.classList.toggle("here", one === node);
    const group = this.#drawn.get(node);
    group?.setAttribute("tabindex", "0");
    if (take) group?.focus({ preventScroll: !this.flat });
    if (this.flat && group) this.#scrollTo(group);
  }

  /** A node with its parent, where both have room. */
  #family(node: Node): Box {
    const parent = node.parent;
    if (!parent) return node;
    const top = Math.min(parent.y, node.y);
    const bottom = Math.max(parent.y + parent.height, node.y + node.height);
    const both = { x: parent.x, y: top, width: node.x + node.width - parent.x, height: bottom - top };
    const room = this.camera.view();
    return both.width < room.width - 40 && both.height < room.height - 40 - this.camera.foot ? both : node;
  }

  /** Scroll the page as little as needed for this row to lie between the head of the page and what lies over its foot. */
  #scrollTo(group: SVGGElement): void {
    const { top, bottom } = group.getBoundingClientRect();
    const most = innerHeight - 72 - this.camera.foot;
    if (top < 72) scrollBy(0, top - 72);
    else if (bottom > most) scrollBy(0, Math.min(bottom - most + 8, top - 72));
  }

  /** Whether the drawing is small enough to be read on a sheet. */
  get fitsPaper(): boolean {
    return this.shown.reduce((most, node) => Math.max(most, node.y + node.height), 0) <= 1500;
  }

  /** Draw everything that is open into a picture of its own size, for paper. */
  onPaper(): void {
    this.#paper = true;
    const width = Math.max(...this.shown.map((node) => node.x + node.width));
    const height = Math.max(...this.shown.map((node) => node.y + node.height));
    this.svg.setAttribute("viewBox", `-4 -4 ${width + 8} ${height + 8}`);
    this.#window = { x: -9, y: -9, width: width + 18, height: height + 18 };
    this.#scene.setAttribute("transform", "");
    this.svg.setAttribute("height", String(Math.min(height, 1000)));
    for (const node of this.shown) {
      if (!this.#drawn.has(node)) this.#drawn.set(node, this.#scene.appendChild(this.#shape(node)));
    }
    this.#lines.replaceChildren(...edges(this.shown, this.#window, this.flat));
  }

  offPaper(): void {
    this.#paper = false;
    this.svg.removeAttribute("viewBox");
    this.draw();
  }
}

function contains(outer: Box, inner: Box): boolean {
  return outer.x <= inner.x && outer.y <= inner.y && outer.x + outer.width >= inner.x + inner.width && outer.y + outer.height >= inner.y + inner.height;
}
