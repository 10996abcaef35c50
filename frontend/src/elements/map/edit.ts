// Changing the tree of a map: each change makes a new tree and leaves the old one as it was, so that undo is a list of trees. No DOM.
import type { Source } from "./tree";

export interface Item extends Source {
  id: string;
  text: string;
  note?: string;
  link?: string;
  ref?: string;
  folded?: boolean;
  children: Item[];
}

/** What the server keeps of a node. */
export interface Stored {
  text: string;
  note?: string;
  link?: string;
  ref?: string;
  folded?: boolean;
  children?: Stored[];
}

let last = 0;
const fresh = (): string => `n${(last += 1)}`;

export const blank = (): Item => ({ id: fresh(), text: "", children: [] });

export function opened(stored: Stored): Item {
  const { children = [], ...rest } = stored;
  return { ...rest, id: fresh(), children: children.map(opened) };
}

export function stored(item: Item): Stored {
  const kept: Stored = { text: item.text };
  if (item.note) kept.note = item.note;
  if (item.link) kept.link = item.link;
  if (item.ref) kept.ref = item.ref;
  if (item.folded && item.children.length > 0) kept.folded = true;
  if (item.children.length > 0) kept.children = item.children.map(stored);
  return kept;
}

export interface Spot {
  item: Item;
  parent: Item | null;
  at: number;
}

export function spot(root: Item, id: string, parent: Item | null = null, at = 0): Spot | undefined {
  if (root.id === id) return { item: root, parent, at };
  for (const [index, child] of root.children.entries()) {
    const found = spot(child, id, root, index);
    if (found) return found;
  }
  return undefined;
}

/** A tree in which this node is replaced; branches that hold it not are shared with the old tree. */
export function changed(root: Item, id: string, change: (item: Item) => Item): Item {
  if (root.id === id) return change(root);
  let touched = false;
  const children = root.children.map((child) => {
    const next = changed(child, id, change);
    touched ||= next !== child;
    return next;
  });
  return touched ? { ...root, children } : root;
}

export const patched = (root: Item, id: string, changes: Partial<Item>): Item => changed(root, id, (item) => ({ ...item, ...changes }));

export const inserted = (root: Item, parent: string, at: number, item: Item): Item =>
  changed(root, parent, (above) => ({ ...above, folded: false, children: [...above.children.slice(0, at), item, ...above.children.slice(at)] }));

export const removed = (root: Item, id: string): Item => {
  const above = spot(root, id)?.parent;
  return above ? changed(root, above.id, (item) => ({ ...item, children: item.children.filter((child) => child.id !== id) })) : root;
};

/** Move a branch below `parent`, at this place among the children that stay; nothing happens where it would hold itself. */
export function moved(root: Item, id: string, parent: string, at: number): Item {
  const from = spot(root, id);
  if (!from?.parent || spot(from.item, parent)) return root;
  return inserted(removed(root, id), parent, at, from.item);
}

/** Trees that were, and trees that were undone. */
export class History {
  #past: { tree: Item; here: string }[] = [];
  #future: { tree: Item; here: string }[] = [];

  constructor(
    public tree: Item,
    public here: string,
  ) {}

  do(tree: Item, here: string): boolean {
    if (tree === this.tree) return false;
    this.#past.push({ tree: this.tree, here: this.here });
    if (this.#past.length > 200) this.#past.shift();
    this.#future = [];
    this.tree = tree;
    this.here = here;
    return true;
  }

  /** Change the tree in passing, such as folding: not a step of its own. */
  quietly(tree: Item): void {
    this.tree = tree;
  }

  undo(): boolean {
    return this.#step(this.#past, this.#future);
  }

  redo(): boolean {
    return this.#step(this.#future, this.#past);
  }

  get can(): { undo: boolean; redo: boolean } {
    return { undo: this.#past.length > 0, redo: this.#future.length > 0 };
  }

  #step(from: { tree: Item; here: string }[], to: { tree: Item; here: string }[]): boolean {
    const found = from.pop();
    if (!found) return false;
    to.push({ tree: this.tree, here: this.here });
    ({ tree: this.tree, here: this.here } = found);
    return true;
  }
}
