// The tree behind a mind map: which nodes are open, how their words break, where they lie. No DOM.

export type State = "ok" | "warn" | "new";

export interface Source {
  id?: string | number;
  text: string;
  kind?: "course" | "lesson" | "heading" | "key";
  number?: number | string;
  url?: string;
  link?: string;
  state?: State | "";
  recall?: number;
  note?: string;
  question?: string;
  key_point_id?: number;
  review_url?: string;
  children?: Source[];
}

export interface Node {
  id: string;
  source: Source;
  parent: Node | null;
  children: Node[];
  depth: number;
  open: boolean;
  veiled: boolean;
  lines: string[];
  fitted: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Measure = (words: string) => number;

export const line = 20;
const pad = 14;
const gap = { across: 44, down: 12, family: 10, indent: 22 };

/** Build nodes from the JSON of the server, parents before children, in the order of reading; `name` gives lasting ids. */
export function plant(source: Source, name: (source: Source, index: number) => string = (_, index) => String(index)): Node[] {
  const all: Node[] = [];
  const grow = (from: Source, parent: Node | null): Node => {
    const node: Node = {
      id: name(from, all.length), source: from, parent, children: [], depth: parent ? parent.depth + 1 : 0,
      open: true, veiled: false, lines: [], fitted: "", x: 0, y: 0, width: 0, height: 0,
    };
    all.push(node);
    node.children = (from.children ?? []).map((child) => grow(child, node));
    return node;
  };
  grow(source, null);
  return all;
}

/** Fold the deep levels so that at most `limit` nodes are seen, but never the first level. */
export function foldDeep(all: Node[], limit: number): void {
  const count: number[] = [];
  for (const { depth } of all) count[depth] = (count[depth] ?? 0) + 1;
  let level = 1;
  let seen = (count[0] ?? 0) + (count[1] ?? 0);
  while (level + 1 < count.length && seen + (count[level + 1] ?? 0) <= limit) {
    level += 1;
    seen += count[level] ?? 0;
  }
  for (const node of all) node.open = node.depth < level;
}

/** The nodes that can be seen, from top to bottom. */
export function visible(root: Node, into: Node[] = []): Node[] {
  into.push(root);
  if (root.open) for (const child of root.children) visible(child, into);
  return into;
}

/** All nodes of a branch, itself first. */
export function branch(root: Node, into: Node[] = []): Node[] {
  into.push(root);
  for (const child of root.children) branch(child, into);
  return into;
}

export function openAbove(node: Node): void {
  for (let above = node.parent; above; above = above.parent) above.open = true;
}

const pieces = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]+\s*|\s+/gu;
const clinging = /^[，。、；：？！）》」』”’…—,.;:?!)\]}]/u;

/** Break words into lines no wider than `most`; Chinese may break anywhere but before a closing mark. */
export function wrap(words: string, most: number, measure: Measure): string[] {
  const lines: string[] = [];
  let current = "";
  let length = 0;
  for (const piece of words.match(pieces) ?? []) {
    const width = measure(piece);
    if (current && length + measure(piece.trimEnd()) > most && !clinging.test(piece)) {
      lines.push(current.trim());
      current = "";
      length = 0;
    }
    current += piece;
    length += width;
  }
  if (current.trim() || lines.length === 0) lines.push(current.trim());
  return lines;
}

export interface Fitting {
  most: (node: Node) => number;
  label: (node: Node) => string;
  below: (node: Node) => string; // a quiet line under the words
  extra: (node: Node) => number; // room for marks and signs
  least: number; // height
  measure: Measure;
}

/** Give every node its lines and its size; words that were measured once are not measured again. */
export function size(all: Node[], { most, label, below, extra, least, measure }: Fitting): void {
  for (const node of all) {
    const words = label(node);
    const room = most(node);
    const beside = extra(node);
    const quiet = below(node);
    const fitted = `${room}|${beside}|${least}|${words}|${quiet}`;
    if (node.fitted === fitted) continue;
    node.fitted = fitted;
    node.lines = wrap(words, room, measure);
    node.width = Math.ceil(Math.max(...node.lines.map(measure), measure(quiet), 24)) + beside + 2 * pad;
    node.height = Math.max((node.lines.length + (quiet ? 1 : 0)) * line + 14, least);
  }
}

/** Place a tidy tree from left to right: children below one another, a parent in the middle of its own. Returns its extent. */
export function spread(root: Node): { width: number; height: number } {
  let bottom = 0;
  let width = 0;
  const place = (node: Node, x: number): void => {
    node.x = x;
    width = Math.max(width, x + node.width);
    const top = bottom;
    const kids = node.open ? node.children : [];
    for (const child of kids) place(child, x + node.width + gap.across);
    const first = kids[0];
    const last = kids.at(-1);
    const middle = first && last ? (first.y + first.height / 2 + last.y + last.height / 2) / 2 : top + node.height / 2;
    node.y = Math.max(middle - node.height / 2, top);
    bottom = Math.max(bottom, node.y + node.height + gap.down);
    if (kids.length > 1 && node.parent) bottom += gap.family;
  };
  place(root, 0);
  return { width, height: bottom - gap.down };
}

/** Place the nodes below one another like an outline, for narrow screens. */
export function stack(shown: Node[], room: number): { width: number; height: number } {
  let bottom = 0;
  for (const node of shown) {
    node.x = Math.min(node.depth, 6) * gap.indent;
    node.y = bottom;
    node.width = room - node.x;
    bottom += node.height + 8;
  }
  return { width: room, height: bottom };
}

/** The line from a parent to its child. */
export function edge(parent: Node, child: Node, flat: boolean): string {
  const y = child.y + child.height / 2;
  if (flat) return child.x > parent.x ? `M${parent.x + 11} ${parent.y + parent.height}V${y}H${child.x}` : "";
  const from = parent.x + parent.width;
  const middle = (from + child.x) / 2;
  return `M${from} ${parent.y + parent.height / 2}C${middle} ${parent.y + parent.height / 2} ${middle} ${y} ${child.x} ${y}`;
}

export const touches = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;

/** Whether the line to this child may be seen in `room`. */
export function edgeTouches(parent: Node, child: Node, room: Box): boolean {
  const top = Math.min(parent.y, child.y);
  const bottom = Math.max(parent.y + parent.height, child.y + child.height);
  return touches({ x: parent.x, y: top, width: child.x + child.width - parent.x, height: bottom - top }, room);
}

/** Where a node leads: to a page of ours, to the web, a mail or a telephone; nowhere else. */
export function address(source: Source): string {
  const link = source.url ?? source.link ?? "";
  return /^(?:\/(?![/\\])|https?:|mailto:|tel:)/i.test(link) ? link : "";
}
