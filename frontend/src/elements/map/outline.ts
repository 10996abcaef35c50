// The map as text: a tree for keyboard and screen reader with the same states and the same deeds. Branches are made when opened.
import type { Node } from "./tree";
import type { Looks } from "./shapes";

export interface Deeds {
  act: (node: Node) => void; // Enter or a click: show what is hidden, else what the drawing would do
  menu: (node: Node, place: DOMRect, back: () => void) => void;
  visit: (node: Node) => void;
  came: (node: Node) => void;
}

export class Outline {
  #tree = document.createElement("ul");
  #open = new Set<Node>();
  #items = new Map<Node, HTMLLIElement>();
  #here: Node | undefined;
  #top: Node[] = [];

  constructor(
    host: HTMLElement,
    private readonly looks: Looks,
    private readonly words: { label: string; menu: string; state: (node: Node) => string },
    private readonly deeds: Deeds,
  ) {
    this.#tree.setAttribute("role", "tree");
    this.#tree.setAttribute("aria-label", words.label);
    this.#tree.className = "maptree";
    this.#tree.addEventListener("keydown", (event) => this.#key(event));
    this.#tree.addEventListener("click", (event) => this.#click(event));
    this.#tree.addEventListener("contextmenu", (event) => this.#menu(event));
    host.append(this.#tree);
  }

  get holdsFocus(): boolean {
    return this.#tree.contains(document.activeElement);
  }

  /** Show these nodes; few of them are shown open at once. */
  take(root: Node, all: Node[]): void {
    this.#top = root.children;
    if (all.length <= 16) for (const node of all) this.#open.add(node);
    this.#here = root.children[0];
    this.#items.clear();
    this.#tree.replaceChildren(...root.children.map((node) => this.#item(node)));
  }

  /** Show one node as it is now. */
  redraw(node: Node): void {
    const old = this.#items.get(node);
    if (!old) return;
    const focused = old === document.activeElement;
    const fresh = this.#item(node);
    old.replaceWith(fresh);
    if (focused) fresh.focus();
  }

  redrawAll(): void {
    for (const node of this.#top) this.redraw(node);
  }

  /** Open the branches above a node. */
  reveal(node: Node): void {
    const above: Node[] = [];
    for (let up = node.parent; up; up = up.parent) above.unshift(up);
    for (const up of above) if (this.#items.has(up)) this.#turn(up, true);
  }

  focus(node: Node | undefined, take = true): void {
    if (!node) return;
    this.reveal(node);
    const item = this.#items.get(node);
    if (!item) return;
    if (this.#here) this.#items.get(this.#here)?.setAttribute("tabindex", "-1");
    this.#here = node;
    item.tabIndex = 0;
    if (take) return item.focus();
    const row = item.firstElementChild?.getBoundingClientRect();
    const room = this.#tree.getBoundingClientRect();
    if (row && (row.top < room.top || row.bottom > room.bottom)) this.#tree.scrollTop += row.top - room.top - room.height / 3;
  }

  #item(node: Node): HTMLLIElement {
    const { looks } = this;
    const item = document.createElement("li");
    const siblings = node.parent?.children ?? [node];
    item.setAttribute("role", "treeitem");
    item.setAttribute("aria-level", String(node.depth));
    item.setAttribute("aria-setsize", String(siblings.length));
    item.setAttribute("aria-posinset", String(siblings.indexOf(node) + 1));
    item.setAttribute("aria-label", looks.spoken(node));
    item.tabIndex = node === this.#here ? 0 : -1;
    item.dataset.id = node.id;
    item.className = looks.look(node);
    item.append(this.#row(node));
    this.#items.set(node, item);
    if (node.children.length > 0) {
      item.setAttribute("aria-expanded", "false");
      if (this.#open.has(node)) this.#grow(node, item);
    }
    return item;
  }

  #row(node: Node): HTMLElement {
    const row = document.createElement("div");
    const mark = document.createElement("span");
    const words = document.createElement("span");
    row.className = "maprow";
    mark.className = "m";
    mark.textContent = this.looks.mark(node);
    words.className = "grow";
    words.textContent = this.looks.label(node);
    const state = this.words.state(node);
    if (state) words.append(Object.assign(document.createElement("small"), { textContent: state }));
    row.append(...(mark.textContent ? [mark] : []), words);
    if (this.looks.noted(node)) row.append(Object.assign(document.createElement("span"), { className: "noted", textContent: "✎", ariaHidden: "true" }));
    if (node.children.length > 0) row.append(Object.assign(document.createElement("span"), { className: "count", textContent: String(node.children.length) }));
    if (this.looks.acts(node)) {
      const more = Object.assign(document.createElement("button"), { type: "button", className: "rowmore", tabIndex: -1, textContent: "⋯" });
      more.setAttribute("aria-label", this.words.menu.replace("{text}", this.looks.label(node)));
      row.append(more);
    }
    return row;
  }

  #grow(node: Node, item: HTMLLIElement): void {
    const group = document.createElement("ul");
    group.setAttribute("role", "group");
    group.append(...node.children.map((child) => this.#item(child)));
    item.setAttribute("aria-expanded", "true");
    item.append(group);
  }

  #turn(node: Node, open: boolean): void {
    const item = this.#items.get(node);
    if (!item || node.children.length === 0 || this.#open.has(node) === open) return;
    if (open) {
      this.#open.add(node);
      this.#grow(node, item);
    } else {
      this.#open.delete(node);
      item.querySelector(":scope > ul")?.remove();
      item.setAttribute("aria-expanded", "false");
    }
  }

  #of(target: EventTarget | null): Node | undefined {
    const item = (target as Element).closest<HTMLLIElement>("[data-id]");
    for (const [node, one] of this.#items) if (one === item) return node;
    return undefined;
  }

  /** What can be seen, from top to bottom. */
  #shown(): Node[] {
    const into: Node[] = [];
    const walk = (node: Node): void => {
      into.push(node);
      if (this.#open.has(node)) node.children.forEach(walk);
    };
    this.#top.forEach(walk);
    return into;
  }

  #press(node: Node): void {
    if (node.children.length > 0) this.#turn(node, !this.#open.has(node));
    else this.deeds.act(node);
  }

  #click(event: Event): void {
    const node = this.#of(event.target);
    if (!node) return;
    const more = (event.target as Element).closest("button");
    this.focus(node);
    this.deeds.came(node);
    if (more) this.deeds.menu(node, more.getBoundingClientRect(), () => this.focus(node));
    else this.#press(node);
  }

  #menu(event: Event): void {
    const node = this.#of(event.target);
    if (!node || !this.looks.acts(node)) return;
    event.preventDefault();
    this.#openMenu(node);
  }

  #openMenu(node: Node): void {
    const row = this.#items.get(node)?.querySelector(".maprow");
    if (row && this.looks.acts(node)) this.deeds.menu(node, row.getBoundingClientRect(), () => this.focus(node));
  }

  #key(event: KeyboardEvent): void {
    const node = this.#here;
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const shown = this.#shown();
    const at = shown.indexOf(node);
    const go = (to: Node | undefined): void => {
      if (!to || to.depth === 0) return;
      this.focus(to);
      this.deeds.came(to);
    };
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(shown[at + 1]),
      ArrowUp: () => go(shown[at - 1]),
      ArrowRight: () => (this.#open.has(node) ? go(node.children[0]) : this.#turn(node, true)),
      ArrowLeft: () => (this.#open.has(node) ? this.#turn(node, false) : go(node.parent ?? undefined)),
      Home: () => go(shown[0]),
      End: () => go(shown.at(-1)),
      Enter: () => this.#press(node),
      " ": () => this.#press(node),
      m: () => this.#openMenu(node),
      ContextMenu: () => this.#openMenu(node),
      o: () => this.deeds.visit(node),
    };
    const move = moves[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }
}
