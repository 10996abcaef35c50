// <map-editor src="/api/v1/maps/3">: a map of one's own, drawn with keys, pointer and toolbar; saved by itself a moment after each change.
// Around the form of the outline, which is the same map where no scripts run.
import "../styles/map.css";
import "./mind-map"; // what both draw with then comes in one file, not in two, wherever a map is read
import { text } from "../page";
import { say } from "../toasts";
import { added, shifted, taken, type Change, type Way } from "./map/changes";
import { Clash, type Choice } from "./map/clash";
import { Details } from "./map/details";
import { DragNode } from "./map/drag";
import { changed, History, moved, opened, patched, spot, stored, type Item } from "./map/edit";
import { savePng } from "./map/png";
import { Saving, type Kept } from "./map/saving";
import { openAbove, plant, type Node } from "./map/tree";
import { MapView } from "./map/view";
import { plain } from "./map/wording";
import { NodeWriter } from "./map/writer";

class MapEditor extends HTMLElement {
  #view!: MapView;
  #history!: History;
  #saving!: Saving;
  #writer!: NodeWriter;
  #details!: Details;
  #clash = new Clash(this);
  #noting = "";

  #part<T extends HTMLElement = HTMLElement>(name: string): T | null {
    return this.querySelector<T>(`[data-${name}]`);
  }

  get #title(): HTMLInputElement | null {
    return this.#part<HTMLInputElement>("map-title");
  }

  async connectedCallback(): Promise<void> {
    if (this.#view) return;
    const src = this.getAttribute("src") ?? "";
    this.#saving = new Saving(src, `onramp:map:${this.dataset.person ?? ""}:${src}`, {
      now: () => ({ title: this.#title?.value.trim() || this.#history.tree.text, tree: stored(this.#history.tree) }),
      said: (sentence, words) => this.#said(sentence, words),
      clash: (theirs) => this.#conflict(theirs),
    });
    let map: Kept;
    try {
      map = await this.#saving.load();
    } catch {
      say(text(this, "failed"), "warn");
      return;
    }
    const fallback = this.#part("fallback");
    if (fallback) fallback.hidden = true;
    for (const part of this.querySelectorAll<HTMLElement>("[data-tools], [data-stage]")) part.hidden = false;
    this.#start(map);
  }

  #start(map: Kept): void {
    const { draft } = this.#saving;
    this.#saving.version = draft?.version ?? map.version;
    const mine = draft ?? map;
    const tree = opened(mine.tree);
    this.#history = new History(tree, tree.id);
    this.#view = new MapView(this.#part("canvas") ?? this, plain(this));
    this.#details = new Details(this, (details) => this.#detailed(details));
    this.#writer = new NodeWriter(this, this.#part("canvas") ?? this, this.#view, { kept: (words) => this.#written(words), child: () => this.#add("child"), out: () => this.#shift("out") });
    this.#view.svg.setAttribute("aria-label", text(this, "label"));
    this.#view.svg.setAttribute("aria-description", text(this, "help"));
    this.#show(tree.id);
    this.#view.camera.fit();
    this.#view.camera.settle();
    if (this.#title) this.#title.value = mine.title;
    this.#listen();
    this.toggleAttribute("ready", true);
    if (!draft) return this.#said("saved-all");
    if (draft.version !== map.version) return this.#conflict(map);
    this.#saving.touched();
  }

  #listen(): void {
    const { svg } = this.#view;
    svg.addEventListener("keydown", (event) => this.#keyed(event));
    svg.addEventListener("click", (event) => this.#clicked(event));
    svg.addEventListener("dblclick", () => this.#writer.write());
    svg.addEventListener("focusin", (event) => this.#came((event.target as Element).closest<SVGGElement>("[data-id]")?.dataset.id));
    new DragNode(this.#view, (node, parent, at) => this.#move(node.id, parent.id, at));
    this.addEventListener("click", (event) => this.#press((event.target as Element).closest<HTMLElement>("[data-do], [data-png]")));
    this.#title?.addEventListener("input", () => this.#saving.touched());
  }

  get #here(): Item {
    return spot(this.#history.tree, this.#history.here)?.item ?? this.#history.tree;
  }

  // Showing

  /** Draw the tree as it is now, with the reader at `here`. */
  #show(here: string, take = false): void {
    this.#history.here = here;
    const all = plant(this.#history.tree, (source) => (source as Item).id);
    for (const node of all) node.open = !(node.source as Item).folded;
    this.#view.take(all);
    const node = this.#view.node(here) ?? all[0];
    if (node) openAbove(node);
    this.#view.here = node;
    const bar = this.querySelector<HTMLElement>(".edittools");
    this.#view.camera.foot = this.#view.flat && bar && getComputedStyle(bar).position === "sticky" ? bar.offsetHeight + 8 : 0;
    this.#view.draw();
    this.#view.focus(node, take);
    this.#details.show(this.#here);
    const can = this.#history.can;
    const dead: Record<string, boolean> = { undo: !can.undo, redo: !can.redo, remove: node?.depth === 0, out: (node?.depth ?? 0) < 2, sibling: node?.depth === 0 };
    for (const [name, off] of Object.entries(dead)) this.querySelector(`[data-do=${name}]`)?.setAttribute("aria-disabled", String(off));
  }

  /** Note and link of the node one is at, as they are typed. */
  #detailed(details: { note: string; link: string }): void {
    const { here } = this.#history;
    const tree = patched(this.#history.tree, here, details);
    if (this.#noting === here) this.#history.quietly(tree); // one step back for all that is typed at one node
    else this.#history.do(tree, here);
    this.#noting = here;
    this.#show(here);
    this.#saving.touched();
  }

  // Changing

  #change(tree: Item, here: string, take = true): void {
    this.#noting = "";
    if (!this.#history.do(tree, here)) return;
    this.#show(here, take);
    this.#saving.touched();
  }

  #make(change: Change | undefined): void {
    if (change) this.#change(change.tree, change.here);
  }

  #add(kind: "child" | "sibling"): void {
    const change = added(this.#history.tree, this.#history.here, kind);
    if (!change) return;
    this.#make(change);
    this.#writer.write();
  }

  #remove(): void {
    const words = this.#here.text;
    const change = taken(this.#history.tree, this.#history.here);
    if (!change) return;
    this.#make(change);
    this.#live("removed", { text: words });
  }

  #move(id: string, parent: string, at: number): void {
    this.#change(moved(this.#history.tree, id, parent, at), id);
  }

  #shift(way: Way): void {
    this.#make(shifted(this.#history.tree, this.#history.here, way));
  }

  #fold(open: boolean): void {
    const here = this.#here;
    if (here.children.length === 0 || open !== Boolean(here.folded)) return;
    this.#history.quietly(changed(this.#history.tree, here.id, (item) => ({ ...item, folded: !open })));
    this.#show(here.id, true);
    this.#saving.touched();
  }

  #written(words: string): void {
    const id = this.#history.here;
    if (words !== this.#here.text) this.#change(patched(this.#history.tree, id, { text: words }), id, false);
  }

  // Keys, buttons, pointer

  #keyed(event: KeyboardEvent): void {
    const { here: node, root, shown, camera } = this.#view;
    if (!node || !root || event.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    const at = shown.indexOf(node);
    const go = (to: Node | undefined): void => (to ? this.#goTo(to) : undefined);
    const name = `${command ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey && event.key.length > 1 ? "Shift+" : ""}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(shown[at + 1]),
      ArrowUp: () => go(shown[at - 1]),
      ArrowRight: () => (node.children.length > 0 && !node.open ? this.#fold(true) : go(node.children[0])),
      ArrowLeft: () => go(node.parent ?? undefined),
      Home: () => go(root),
      End: () => go(shown.at(-1)),
      " ": () => this.#fold(!node.open),
      Enter: () => this.#add("sibling"),
      Tab: () => this.#add("child"),
      "Shift+Tab": () => this.#shift("out"),
      F2: () => this.#writer.write(),
      Delete: () => this.#remove(),
      Backspace: () => this.#remove(),
      "Alt+ArrowUp": () => this.#shift("up"),
      "Alt+ArrowDown": () => this.#shift("down"),
      "Alt+ArrowLeft": () => this.#shift("out"),
      "Alt+ArrowRight": () => this.#shift("in"),
      "Ctrl+z": () => this.#undo(event.shiftKey ? "redo" : "undo"),
      "Ctrl+y": () => this.#undo("redo"),
      Escape: () => this.#title?.focus(), // the way out, since Tab is taken
      "Ctrl+0": () => camera.fit(true),
    };
    const move = moves[name];
    const typed = !command && !event.altKey && event.key.length === 1 && event.key !== " ";
    if (!move && !typed) return;
    event.preventDefault();
    if (move) move();
    else this.#writer.write(event.key);
  }

  #goTo(node: Node): void {
    this.#show(node.id, true);
  }

  /** The focus came to a node by another way than our keys, by a screen reader's for one. */
  #came(id: string | undefined): void {
    if (id === undefined || id === this.#history.here || !this.#view.node(id)) return;
    this.#show(id);
  }

  #clicked(event: MouseEvent): void {
    const hit = this.#view.hit(event);
    if (!hit) return;
    this.#writer.keep();
    if ((event.target as Element).closest(".fold")) {
      this.#history.here = hit.node.id;
      return this.#fold(!hit.node.open);
    }
    if (hit.node.id === this.#history.here && event.detail === 1 && this.#view.flat) return this.#writer.write();
    if (event.detail === 1) this.#goTo(hit.node);
  }

  #undo(way: "undo" | "redo"): void {
    if (!this.#history[way]()) return;
    this.#show(this.#history.here, true);
    this.#saving.touched();
  }

  #press(button: HTMLElement | null): void {
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const acts: Record<string, () => void> = {
      sibling: () => this.#add("sibling"),
      child: () => this.#add("child"),
      write: () => this.#writer.write(),
      remove: () => this.#remove(),
      up: () => this.#shift("up"),
      down: () => this.#shift("down"),
      out: () => this.#shift("out"),
      in: () => this.#shift("in"),
      undo: () => this.#undo("undo"),
      redo: () => this.#undo("redo"),
      fit: () => this.#view.camera.fit(true),
      larger: () => this.#view.camera.zoom(1.25),
      smaller: () => this.#view.camera.zoom(1 / 1.25),
      mine: () => this.#settle("mine"),
      theirs: () => this.#settle("theirs"),
      both: () => this.#settle("both"),
    };
    if (button.dataset.png !== undefined) void savePng(button.dataset.png, button.dataset.name ?? "map.png").catch(() => say(text(this, "no-png"), "warn"));
    else acts[button.dataset.do ?? ""]?.();
  }

  // Words for the reader

  #said(name: string, words: Record<string, string | number> = {}): void {
    const line = this.#part("said");
    if (line) line.textContent = text(this, name, words);
  }

  #live(name: string, words: Record<string, string | number> = {}): void {
    const line = this.#part("live");
    if (line) line.textContent = text(this, name, words);
  }

  // Two windows, one map

  #conflict(theirs: Kept): void {
    this.#saving.hold();
    this.#clash.show(theirs);
  }

  /** Neither is lost: mine over theirs and theirs over mine are both one undo away; both puts theirs in as a branch. */
  #settle(choice: Choice): void {
    const theirs = this.#clash.settle();
    if (!theirs) return;
    this.#saving.release(theirs.version);
    const tree = this.#clash.chosen(choice, this.#history.tree, theirs);
    if (tree !== this.#history.tree) this.#history.do(tree, tree.id);
    if (choice === "theirs" && this.#title) this.#title.value = theirs.title ?? this.#title.value;
    this.#show(this.#history.tree.id, true);
    this.#saving.touched();
  }
}

customElements.define("map-editor", MapEditor);
