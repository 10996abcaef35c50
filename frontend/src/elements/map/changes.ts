// What the keys and buttons of the editor do to a map: each gives the changed tree and the node one is at then, or nothing.
import { blank, inserted, moved, removed, spot, type Item } from "./edit";

export interface Change {
  tree: Item;
  here: string;
}

export type Way = "up" | "down" | "out" | "in";

/** Add an empty node below the one at `id`, or after it. */
export function added(tree: Item, id: string, kind: "child" | "sibling"): Change | undefined {
  const found = spot(tree, id);
  if (!found) return undefined;
  const made = blank();
  const parent = kind === "child" || !found.parent ? found.item : found.parent;
  const at = parent === found.item ? found.item.children.length : found.at + 1;
  return { tree: inserted(tree, parent.id, at, made), here: made.id };
}

/** Take the branch at `id` out; one is at its neighbour then. */
export function taken(tree: Item, id: string): Change | undefined {
  const found = spot(tree, id);
  if (!found?.parent) return undefined;
  const next = found.parent.children[found.at + 1] ?? found.parent.children[found.at - 1] ?? found.parent;
  return { tree: removed(tree, id), here: next.id };
}

/** Move the branch at `id` by one place: up and down among its kin, out to its grandparent, in below its elder. */
export function shifted(tree: Item, id: string, way: Way): Change | undefined {
  const found = spot(tree, id);
  if (!found?.parent) return undefined;
  const { parent, at } = found;
  const to = (place: string, index: number): Change => ({ tree: moved(tree, id, place, index), here: id });
  if (way === "up") return at > 0 ? to(parent.id, at - 1) : undefined;
  if (way === "down") return at < parent.children.length - 1 ? to(parent.id, at + 1) : undefined;
  if (way === "out") {
    const above = spot(tree, parent.id);
    return above?.parent ? to(above.parent.id, above.at + 1) : undefined;
  }
  const elder = parent.children[at - 1];
  return elder && to(elder.id, elder.children.length);
}
