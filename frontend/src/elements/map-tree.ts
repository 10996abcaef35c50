// The tree behind a mind map: which nodes are open, how their words break, where they lie. No DOM.

export interface Source {
  id?: string | number;
  text: string;
  kind?: "course" | "lesson" | "heading" | "key";
  number?: number | string;
  url?: string;
  state?: "ok" | "warn" | "new" | "";
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
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Measure = (words: string) => number;

export const line = 20;
const pad = 14;
const gap = { across: 44, down: 12, indent: 22 };

/** Build nodes from the JSON of the server, parents before children. */
export function plant(source: Source): Node[] {
  const all: Node[] = [];
  const grow = (from: Source, parent: Node | null): Node => {
    const node: Node = {
      id: String(all.length), source: from, parent, children: [], depth: parent ? parent.depth + 1 : 0,
      open: true, veiled: false, lines: [], x: 0, y: 0, width: 0, height: 0,
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
  const depths = all.map((node) => node.depth);
  const deepest = Math.max(...depths, 1);
  let level = deepest;
  while (level > 1 && depths.filter((depth) => depth <= level).length > limit) level -= 1;
  for (const node of all) node.open = node.depth < level;
}

/** The nodes that can be seen, from top to bottom. */
export function visible(root: Node): Node[] {
  return [root, ...(root.open ? root.children.flatMap(visible) : [])];
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

/** Give every node its lines and its size; `extra` is the room for marks and signs. */
export function size(all: Node[], most: (node: Node) => number, label: (node: Node) => string, extra: number, measure: Measure): void {
  for (const node of all) {
    node.lines = wrap(label(node), most(node), measure);
    node.width = Math.ceil(Math.max(...node.lines.map(measure), 24)) + extra + 2 * pad;
    node.height = Math.max(node.lines.length * line + 14, 36);
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
    const middle = first && last ? (first.y + last.y + last.height) / 2 : top + node.height / 2;
    node.y = Math.max(middle - node.height / 2, top);
    bottom = Math.max(bottom, node.y + node.height + gap.down);
  };
  place(root, 0);
  return { width, height: bottom - gap.down };
}

/** Place the nodes below one another like an outline, for narrow screens. */
export function stack(root: Node, room: number): { width: number; height: number } {
  let bottom = 0;
  for (const node of visible(root)) {
    node.x = node.depth * gap.indent;
    node.y = bottom;
    node.width = room - node.x;
    bottom += node.height + 8;
  }
  return { width: room, height: bottom };
}

/** The line from a parent to its child. */
export function edge(parent: Node, child: Node, flat: boolean): string {
  const y = child.y + child.height / 2;
  if (flat) return `M${parent.x + 11} ${parent.y + parent.height}V${y}H${child.x}`;
  const from = parent.x + parent.width;
  const middle = (from + child.x) / 2;
  return `M${from} ${parent.y + parent.height / 2}C${middle} ${parent.y + parent.height / 2} ${middle} ${y} ${child.x} ${y}`;
}
