// <mind-map src="…json">: a course or a map of one's own, drawn; the text beside it is the same map with the same deeds.
//   [data-tools] [data-legend] [data-canvas] [data-tree] [data-recall] [data-note] [data-outline]: see components/map.html
import "../styles/map.css";
import { text } from "../page";
import { say } from "../toasts";
import { NodeMenu, type Entry } from "./map/menu";
import { NoteCard } from "./map/notes";
import { Outline } from "./map/outline";
import { savePng } from "./map/png";
import { leaves, Recalling } from "./map/recalling";
import { ReviewQueue, type Rating, type Review } from "./map/reviews";
import { address, branch, foldDeep, openAbove, plant, type Node, type Source, type State } from "./map/tree";
import { MapView, type Looks } from "./map/view";

const marks: Record<State, string> = { ok: "✓", warn: "~", new: "+" };
const after: Record<Rating, State> = { again: "warn", hard: "warn", good: "ok" };

class MindMap extends HTMLElement {
  #view!: MapView;
  #outline!: Outline;
  #menu!: NodeMenu;
  #recalling!: Recalling;
  #queue: ReviewQueue | undefined;
  #note: NoteCard | undefined;
  #sums = new Map<Node, string>();
  #personal = false;

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
    const looks = this.#looks();
    this.#view = new MapView(this.#part("canvas") ?? this, looks);
    this.#view.svg.setAttribute("aria-label", text(this, "label"));
    this.#view.svg.setAttribute("aria-description", text(this, "help"));
    const all = plant(tree);
    this.#personal = all.some(({ source }) => Boolean(source.review_url) || (source.kind === "key" && Boolean(source.state)));
    this.#part("legend")?.toggleAttribute("hidden", !this.#personal);
    this.#view.take(all);
    foldDeep(all, this.#view.flat ? 14 : 60);
    this.#menu = new NodeMenu(this);
    const { notes } = this.dataset;
    const card = this.#part("note");
    if (notes && card) this.#note = new NoteCard(this, card, notes, (node) => this.#changed(node, true));
    this.#outline = new Outline(
      this.#part("tree") ?? this,
      looks,
      { label: text(this, "same"), menu: text(this, "menu"), state: (node) => [this.#word(node), this.#note ? "" : node.source.note].filter(Boolean).join(" · ") },
      { act: (node) => this.#act(node, "text"), menu: (node, place, back) => this.#showMenu(node, place, back), visit: (node) => this.#visit(node), came: (node) => this.#came(node, "text") },
    );
    this.#outline.take(all[0] as Node, all);
    this.#wireRecall();
    this.#view.draw();
    this.#view.camera.fit();
    this.#view.camera.settle();
    this.#nameFold();
    this.#listen();
    this.toggleAttribute("ready", true);
    if (location.hash === "#recall") this.#recall(all[0]);
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
    const find = this.#part<HTMLInputElement>("find");
    find?.addEventListener("input", () => this.#find(find.value, 0));
    find?.addEventListener("keydown", (event) => this.#finding(event, find));
    // Inside the map the slash finds in the map; elsewhere on the page it is not ours.
    this.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || (event.target as Element).closest("input, textarea, select")) return;
      event.preventDefault();
      event.stopPropagation();
      find?.focus();
    });
    addEventListener("beforeprint", () => this.#paper(true));
    addEventListener("afterprint", () => this.#paper(false));
  }

  #looks(): Looks {
    return {
      label: (node) => (node.veiled ? node.source.question || text(this, "hidden") : node.source.number ? `${node.source.number}. ${node.source.text}` : node.source.text),
      below: (node) => this.#sum(node),
      look: (node) => this.#look(node),
      mark: (node) => (node.veiled ? "?" : node.source.kind === "key" && this.#personal ? marks[node.source.state || "new"] : ""),
      spoken: (node) => [this.#looksLabel(node), this.#word(node), node.source.note ? text(this, "has-note") : ""].filter(Boolean).join(", "),
      noted: (node) => Boolean(node.source.note),
      acts: (node) => this.#entries(node, () => undefined).length > 0,
    };
  }

  #looksLabel(node: Node): string {
    return node.veiled ? `${node.source.question ?? ""} ${text(this, "hidden")}`.trim() : node.source.number ? `${node.source.number}. ${node.source.text}` : node.source.text;
  }

  #look(node: Node): string {
    if (node.depth === 0) return "root";
    if (node.veiled) return "veiled";
    if (node.source.kind === "key" && this.#personal) return node.source.state || "new";
    return node.children.length > 0 ? "branch" : "leaf";
  }

  /** The word that goes with the colour of a point. */
  #word(node: Node): string {
    if (node.veiled) return text(this, "veiled");
    if (node.source.kind !== "key") return this.#sum(node);
    return this.#personal ? text(this, node.source.state || "new") : "";
  }

  /** How many points of a lesson or of the whole map sit. */
  #sum(node: Node): string {
    if (node.depth > 0 && node.source.kind !== "lesson") return "";
    let sum = this.#sums.get(node);
    if (sum === undefined) {
      const points = branch(node).filter((one) => one.source.kind === "key");
      const ok = points.filter((one) => one.source.state === "ok").length;
      sum = points.length > 0 && this.#personal ? text(this, "sum", { ok, count: points.length }) : "";
      this.#sums.set(node, sum);
    }
    return sum;
  }

  /** A node looks otherwise now; `wider`: it may need other room too. */
  #changed(node: Node, wider: boolean): void {
    this.#sums.clear();
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

  // Deeds

  /** Show a hidden point, fold a branch, or offer what can be done at a leaf. */
  #act(node: Node, from: "text" | "drawing"): void {
    if (this.#recalling.asks(node)) return this.#recalling.ask(node);
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
      branches && this.#part("recall") !== null && { label: text(this, "recall-here"), icon: "eyeoff", act: () => this.#recall(node) },
      this.#note !== undefined && { label: text(this, "note"), icon: "edit", act: () => this.#note?.focus() },
      branches && { label: text(this, node.open ? "fold" : "unfold"), icon: node.open ? "minus" : "plus", act: () => (this.#fold(node, !node.open), back()) },
    ];
    return entries.filter((entry) => entry !== false);
  }

  #showMenu(node: Node, place: DOMRect, back: () => void): void {
    const entries = this.#entries(node, back);
    this.#note?.take(node);
    if (entries.length > 0) this.#menu.show(text(this, "menu", { text: this.#looksLabel(node) }), entries, place, back);
  }

  #click(event: MouseEvent): void {
    const hit = this.#view.hit(event);
    if (!hit) return;
    const { node } = hit;
    this.#view.focus(node);
    this.#came(node, "drawing");
    if (hit.more) this.#showMenu(node, this.#view.place(node), () => this.#view.focus(node));
    else if (!this.#recalling.asks(node) || node.veiled) this.#act(node, "drawing");
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
      recall: () => (this.#recalling.on ? this.#unrecall() : this.#recall(root)),
      "next-hidden": () => this.#recalling.next(),
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

  // Recall

  #wireRecall(): void {
    const strip = this.#part<HTMLFormElement>("recall");
    this.#recalling = new Recalling(this, strip ?? document.createElement("form"), {
      came: (node) => this.#asked(node),
      shown: (node) => this.#opened(node),
      rated: (node, rating, seconds) => this.#rated(node, rating, seconds),
      left: () => this.#unrecall(),
    });
    const { reviews, person = "" } = this.dataset;
    if (!reviews || !strip) return;
    this.#queue = new ReviewQueue(reviews, person, {
      judged: (review, reply) => this.#judged(review, reply),
      waiting: (count) => this.#waiting(count),
    });
    void this.#queue.flush();
  }

  #recall(root: Node | undefined): void {
    if (!root || leaves(root).length === 0) return;
    this.#recalling.start(root);
    this.#afterRecall();
  }

  #unrecall(): void {
    this.#recalling.stop();
    this.#view.camera.foot = 0;
    this.#afterRecall();
    this.#part("tools")?.querySelector<HTMLElement>("[data-do=recall]")?.focus();
  }

  #afterRecall(): void {
    const { on } = this.#recalling;
    const button = this.querySelector("[data-do=recall]");
    button?.setAttribute("aria-pressed", String(on));
    button?.classList.toggle("quiet", on);
    const next = this.querySelector<HTMLElement>("[data-do=next-hidden]");
    if (next) next.hidden = !on;
    this.#view.draw();
    this.#outline.redrawAll();
  }

  #asked(node: Node): void {
    openAbove(node);
    this.#view.draw();
    this.#view.camera.foot = this.#part("recall")?.offsetHeight ?? 0;
    this.#view.focus(node, false);
    this.#outline.focus(node, false);
    this.#note?.take(node);
  }

  #opened(node: Node): void {
    this.#view.camera.foot = this.#part("recall")?.offsetHeight ?? 0;
    this.#changed(node, true);
    this.#view.focus(node, false);
  }

  #rated(node: Node, rating: Rating, seconds: number): void {
    const { key_point_id } = node.source;
    if (key_point_id !== undefined && this.#queue) {
      node.source.state = after[rating];
      this.#queue.put({ key_point_id, rating, seconds });
    }
    this.#changed(node, false);
  }

  /** The server knows better what the rating did to the memory of the point. */
  #judged(review: Review, reply: Record<string, unknown> | null): void {
    if (!reply) return say(text(this, "refused"), "warn");
    const state = reply.state;
    if (state !== "ok" && state !== "warn" && state !== "new") return;
    for (const node of this.#view?.all ?? []) {
      if (node.source.key_point_id !== review.key_point_id || node.source.state === state) continue;
      node.source.state = state;
      this.#changed(node, false);
    }
  }

  #waiting(count: number): void {
    const line = this.#part("unsent");
    if (!line) return;
    line.hidden = count === 0;
    line.textContent = count === 0 ? "" : text(this, "unsent", { count });
  }

  // Search and paper

  #find(words: string, step: number): void {
    const said = this.#part("found");
    const wanted = words.trim().toLowerCase();
    const found = wanted === "" ? [] : this.#view.all.filter((node) => !node.veiled && (node.source.text.toLowerCase().includes(wanted) || (node.source.note ?? "").toLowerCase().includes(wanted)));
    const here = this.#view.here;
    const at = step === 0 || !here ? 0 : (found.indexOf(here) + step + found.length) % found.length;
    if (said) said.textContent = wanted === "" ? "" : found.length === 0 ? text(this, "none") : text(this, "found", { number: at + 1, count: found.length });
    const node = found[at];
    if (!node) return;
    openAbove(node);
    this.#view.draw();
    this.#view.focus(node, false);
    this.#outline.focus(node, false);
    this.#came(node, "drawing");
  }

  #finding(event: KeyboardEvent, find: HTMLInputElement): void {
    if (event.key === "Enter") {
      event.preventDefault();
      this.#find(find.value, event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape" || event.key === "ArrowDown") {
      event.preventDefault();
      if (this.classList.contains("textonly")) this.#outline.focus(this.#view.here);
      else this.#view.focus(this.#view.here);
    }
  }

  #open = new Set<Node>();

  /** On paper the whole map is unfolded; afterwards it is as it was. */
  #paper(on: boolean): void {
    const { all } = this.#view;
    if (on) this.#open = new Set(all.filter((node) => node.open));
    for (const node of all) node.open = on || this.#open.has(node);
    this.#view.offPaper();
    const drawn = on && this.#view.fitsPaper;
    if (drawn) this.#view.onPaper();
    this.classList.toggle("textonpaper", on && !drawn);
  }
}

customElements.define("mind-map", MindMap);
