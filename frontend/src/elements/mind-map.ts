// <mind-map src="…json">: a course or a map of one's own, drawn; the text beside it is the same map with the same deeds.
//   [data-tools] [data-legend] [data-canvas] [data-tree] [data-recall] [data-note] [data-outline]: see components/map.html
import "../styles/map.css";
import { text } from "../page";
import { say } from "../toasts";
import { Finding } from "./map/finding";
import { NodeMenu, type Entry } from "./map/menu";
import { NoteCard } from "./map/notes";
import { Outline } from "./map/outline";
import { watchPaper } from "./map/paper";
import { savePng } from "./map/png";
import { RecallMode } from "./map/recall-mode";
import { address, foldDeep, openAbove, plant, type Node, type Source } from "./map/tree";
import { MapView } from "./map/view";
import { Wording } from "./map/wording";

class MindMap extends HTMLElement {
  #view!: MapView;
  #outline!: Outline;
  #menu!: NodeMenu;
  #recall!: RecallMode;
  #words!: Wording;
  #note: NoteCard | undefined;

  #part<T extends HTMLElement = HTMLElement>(name: string): T | null {
    return this.querySelector<T>(`[data-${name}]`);
  }

  async connectedCallback(): Promise<void> {
    let map: { title: string; tree?: Source; children?: Source[] };
    try {
      const response = await fetch(this.getAttribute("src") ?? "", { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!response.ok) throw new Error(String(response.status));
      map = (await response.json()) as typeof map;
    } catch {
      say(text(this, "failed"), "warn");
      return;
    }
    if (this.#view) return;
    this.#start(map.tree ?? { ...map, text: map.title, kind: "course", children: map.children ?? [] });
  }

  #start(tree: Source): void {
    for (const part of this.querySelectorAll<HTMLElement>("[data-tools], [data-legend], [data-stage]")) part.hidden = false;
    this.#part("outline")?.classList.add("onpaper");
    const all = plant(tree);
    this.#words = new Wording(this, all.some(({ source }) => Boolean(source.review_url) || (source.kind === "key" && Boolean(source.state))));
    const looks = this.#words.looks((node) => this.#entries(node, () => undefined).length > 0);
    this.#view = new MapView(this.#part("canvas") ?? this, looks);
    this.#view.svg.setAttribute("aria-label", text(this, "label"));
    this.#view.svg.setAttribute("aria-description", text(this, "help"));
    this.#part("legend")?.toggleAttribute("hidden", !this.#words.personal);
    this.#view.take(all);
    foldDeep(all, this.#view.flat ? 14 : 60);
    this.#menu = new NodeMenu(this);
    const { notes } = this.dataset;
    const card = this.#part("note");
    if (notes && card) this.#note = new NoteCard(this, card, notes, (node) => this.#changed(node, true));
    this.#outline = new Outline(
      this.#part("tree") ?? this,
      looks,
      { label: text(this, "same"), menu: text(this, "menu"), state: (node) => [this.#words.state(node), this.#note ? "" : node.source.note].filter(Boolean).join(" · ") },
      { act: (node) => this.#act(node, "text"), menu: (node, place, back) => this.#showMenu(node, place, back), visit: (node) => this.#visit(node), came: (node) => this.#came(node, "text") },
    );
    this.#outline.take(all[0] as Node, all);
    this.#recall = new RecallMode(this, this.#view, this.#outline, { came: (node) => this.#note?.take(node), changed: (node, wider) => this.#changed(node, wider) });
    this.#view.draw();
    this.#view.camera.fit();
    this.#view.camera.settle();
    this.#nameFold();
    this.#listen();
    this.toggleAttribute("ready", true);
    if (location.hash === "#recall") this.#recall.start(all[0]);
  }

  #listen(): void {
    const { svg } = this.#view;
    svg.addEventListener("click", (event) => this.#click(event));
    svg.addEventListener("contextmenu", (event) => this.#context(event));
    svg.addEventListener("keydown", (event) => this.#key(event));
    svg.addEventListener("focusin", (event) => {
      const node = this.#view.node((event.target as Element).closest<SVGGElement>("[data-id]")?.dataset.id);
      if (node && node !== this.#view.here) this.#view.focus(node, false);
    });
    this.addEventListener("click", (event) => this.#do((event.target as Element).closest<HTMLElement>("[data-do], [data-png]")));
    new Finding(this, this.#view, (node) => this.#show(node), () => this.#leaveFinding());
    watchPaper(this, this.#view);
  }

  /** A node looks otherwise now; `wider`: it may need other room too. */
  #changed(node: Node, wider: boolean): void {
    this.#words.forget();
    if (wider) this.#view.draw();
    for (let one: Node | null = node; one; one = one.parent) {
      this.#view.redraw(one);
      if (one === node) this.#outline.redraw(one);
    }
  }

  #came(node: Node, from: "text" | "drawing"): void {
    this.#note?.take(node);
    if (from === "text" && !this.#view.flat && this.#view.shown.includes(node)) this.#view.focus(node, false);
  }

  /** Bring a node into view that was looked for. */
  #show(node: Node): void {
    openAbove(node);
    this.#view.draw();
    this.#view.focus(node, false);
    this.#outline.focus(node, false);
    this.#came(node, "drawing");
  }

  #leaveFinding(): void {
    if (this.classList.contains("textonly")) this.#outline.focus(this.#view.here);
    else this.#view.focus(this.#view.here);
  }

  // Deeds

  /** Show a hidden point, fold a branch, or offer what can be done at a leaf. */
  #act(node: Node, from: "text" | "drawing"): void {
    if (this.#recall.asks(node)) return this.#recall.ask(node);
    if (node.children.length === 0) {
      if (from === "drawing") this.#showMenu(node, this.#view.place(node), () => this.#view.focus(node));
      else this.#showMenu(node, this.#part("tree")?.querySelector(`[data-id="${node.id}"] > .maprow`)?.getBoundingClientRect() ?? this.#view.place(node), () => this.#outline.focus(node));
      return;
    }
    this.#fold(node, !node.open);
  }

  /** Fold or unfold a branch; the node itself stays where it is on the screen. */
  #fold(node: Node, open: boolean): void {
    node.open = open;
    const before = { x: node.x, y: node.y };
    this.#view.here = node;
    this.#view.draw();
    const { camera } = this.#view;
    camera.x += (before.x - node.x) * camera.scale;
    camera.y += (before.y - node.y) * camera.scale;
    camera.settle();
    this.#nameFold();
  }

  #visit(node: Node): void {
    if (address(node.source) && !node.veiled) location.assign(address(node.source));
  }

  /** What can be done at a node; `back` is where the keyboard goes afterwards. */
  #entries(node: Node, back: () => void): Entry[] {
    const { source, children } = node;
    const branches = children.length > 0;
    const entries: (Entry | false)[] = [
      address(source) !== "" && !node.veiled && { label: text(this, source.link ? "open-link" : "open"), icon: source.link ? "external" : "book", href: address(source) },
      Boolean(source.review_url) && { label: text(this, branches ? "review" : "review-one"), icon: "history", href: source.review_url },
      branches && this.#part("recall") !== null && { label: text(this, "recall-here"), icon: "eyeoff", act: () => this.#recall.start(node) },
      this.#note !== undefined && { label: text(this, "note"), icon: "edit", act: () => this.#note?.focus() },
      branches && { label: text(this, node.open ? "fold" : "unfold"), icon: node.open ? "minus" : "plus", act: () => (this.#fold(node, !node.open), back()) },
    ];
    return entries.filter((entry) => entry !== false);
  }

  #showMenu(node: Node, place: DOMRect, back: () => void): void {
    const entries = this.#entries(node, back);
    this.#note?.take(node);
    if (entries.length > 0) this.#menu.show(text(this, "menu", { text: this.#words.name(node) }), entries, place, back);
  }

  #click(event: MouseEvent): void {
    const hit = this.#view.hit(event);
    if (!hit) return;
    const { node } = hit;
    this.#view.focus(node);
    this.#came(node, "drawing");
    if (hit.more) this.#showMenu(node, this.#view.place(node), () => this.#view.focus(node));
    else if (!this.#recall.asks(node) || node.veiled) this.#act(node, "drawing");
  }

  #context(event: MouseEvent): void {
    const hit = this.#view.hit(event);
    if (!hit || this.#entries(hit.node, () => undefined).length === 0) return;
    event.preventDefault();
    this.#view.focus(hit.node);
    this.#showMenu(hit.node, this.#view.place(hit.node), () => this.#view.focus(hit.node));
  }

  #key(event: KeyboardEvent): void {
    const { here: node, root, shown, camera } = this.#view;
    if (!node || !root || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = shown.indexOf(node);
    const go = (to: Node | undefined): void => {
      if (!to) return;
      this.#view.focus(to);
      this.#came(to, "drawing");
    };
    const offer = (): void => this.#showMenu(node, this.#view.place(node), () => this.#view.focus(node));
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(shown[at + 1]),
      ArrowUp: () => go(shown[at - 1]),
      ArrowRight: () => (node.children.length > 0 && !node.open ? this.#fold(node, true) : go(node.children[0])),
      ArrowLeft: () => (node.children.length > 0 && node.open ? this.#fold(node, false) : go(node.parent ?? undefined)),
      Home: () => go(root),
      End: () => go(shown.at(-1)),
      Enter: () => this.#act(node, "drawing"),
      " ": () => this.#act(node, "drawing"),
      m: offer,
      ContextMenu: offer,
      o: () => this.#visit(node),
      "+": () => camera.zoom(1.2),
      "=": () => camera.zoom(1.2),
      "-": () => camera.zoom(1 / 1.2),
      "0": () => camera.fit(true),
    };
    const move = moves[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }

  #do(button: HTMLElement | null): void {
    const { root, camera } = this.#view;
    if (!button || !root || this.#part("recall")?.contains(button)) return;
    const acts: Record<string, () => void> = {
      fold: () => this.#openAll(this.#anyOpen()),
      smaller: () => camera.zoom(1 / 1.25),
      larger: () => camera.zoom(1.25),
      fit: () => camera.fit(true),
      outline: () => this.#textOnly(button.getAttribute("aria-pressed") !== "true", button),
      recall: () => this.#recall.toggle(root),
      "next-hidden": () => this.#recall.next(),
    };
    if (button.dataset.png !== undefined) void savePng(button.dataset.png, button.dataset.name ?? "map.png").catch(() => say(text(this, "no-png"), "warn"));
    else acts[button.dataset.do ?? ""]?.();
  }

  #anyOpen(): boolean {
    return this.#view.all.some((node) => node.depth > 0 && node.open && node.children.length > 0);
  }

  #openAll(fold: boolean): void {
    for (const node of this.#view.all) node.open = !fold || node.depth === 0;
    this.#view.draw();
    this.#view.camera.fit();
    this.#nameFold();
  }

  /** The button that folds all says what it would do now. */
  #nameFold(): void {
    this.querySelector("[data-do=fold] > span")?.replaceChildren(text(this, this.#anyOpen() ? "fold-all" : "unfold-all"));
  }

  /** Leave the drawing out, for those who read with ears or fingers. */
  #textOnly(on: boolean, button: HTMLElement): void {
    button.setAttribute("aria-pressed", String(on));
    this.classList.toggle("textonly", on);
    if (!on) this.#view.draw();
  }
}

customElements.define("mind-map", MindMap);
