// How nodes and the lines between them are drawn: SVG elements out of a laid-out tree, nothing else.
import { edge, edgeTouches, line, type Box, type Node } from "./tree";

const space = "http://www.w3.org/2000/svg";

export function shape<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string | number>, words = ""): SVGElementTagNameMap[K] {
  const made = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (words) made.textContent = words;
  return made;
}

/** How the nodes of one kind of map look and read. */
export interface Looks {
  label: (node: Node) => string;
  below: (node: Node) => string;
  look: (node: Node) => string;
  mark: (node: Node) => string;
  spoken: (node: Node) => string;
  noted: (node: Node) => boolean;
  acts: (node: Node) => boolean;
}

/** The lines between those of the nodes that may be seen in `room`: one path for the first level, one for the others. */
export function edges(shown: Node[], room: Box, flat: boolean): SVGPathElement[] {
  const ways: Record<string, string[]> = { d1: [], d2: [] };
  for (const node of shown) {
    if (node.parent && edgeTouches(node.parent, node, room)) ways[node.depth === 1 ? "d1" : "d2"]?.push(edge(node.parent, node, flat));
  }
  return Object.entries(ways).map(([name, parts]) => shape("path", { class: name, d: parts.join("") }));
}

/** Many boxes without words: one path for each look. */
export function boxes(nodes: Node[], looks: Looks): SVGPathElement[] {
  const ways = new Map<string, string[]>();
  for (const node of nodes) {
    const look = looks.look(node);
    const way = ways.get(look) ?? [];
    way.push(`M${node.x} ${node.y}h${node.width}v${node.height}h${-node.width}z`);
    ways.set(look, way);
  }
  return [...ways].map(([look, parts]) => shape("path", { class: `box ${look}`, d: parts.join("") }));
}

/** One node: its box, mark, words and signs. */
export function nodeShape(node: Node, looks: Looks, { here, flat }: { here: boolean; flat: boolean }): SVGGElement {
  const siblings = node.parent?.children ?? [node];
  const group = shape("g", {
    class: `n ${looks.look(node)}`, role: "treeitem", tabindex: here ? 0 : -1, "data-id": node.id,
    "aria-level": node.depth + 1, "aria-setsize": siblings.length, "aria-posinset": siblings.indexOf(node) + 1,
    "aria-label": looks.spoken(node), transform: `translate(${node.x} ${node.y})`,
  });
  if (node.children.length > 0) group.setAttribute("aria-expanded", String(node.open));
  const mark = looks.mark(node);
  const leaf = mark !== "" || (node.children.length === 0 && node.depth > 1);
  group.append(shape("rect", { width: node.width, height: node.height, rx: node.depth === 0 ? 12 : leaf ? 8 : Math.min(19, node.height / 2) }));
  const quiet = looks.below(node);
  const first = (node.height - (node.lines.length + (quiet ? 1 : 0)) * line) / 2 + 15;
  if (mark) group.append(shape("text", { class: "m", x: 13, y: first }, mark));
  const words = shape("text", {});
  for (const [index, part] of node.lines.entries()) words.append(shape("tspan", { x: mark ? 31 : 18, y: first + index * line }, part));
  group.append(words);
  if (quiet) group.append(shape("text", { class: "sub", x: 18, y: first + node.lines.length * line }, quiet));
  let end = node.width - 14;
  if (flat && node.children.length > 0 && looks.acts(node)) {
    group.append(rowMore(node, first));
    end -= 36;
  }
  if (node.children.length > 0) {
    group.append(shape("text", { class: "fold", x: end, y: first, "text-anchor": "end" }, node.open ? "−" : `${node.children.length} +`));
    end -= 30;
  }
  if (looks.noted(node)) group.append(shape("text", { class: "noted", x: end, y: first, "text-anchor": "end" }, "✎"));
  return group;
}

function rowMore(node: Node, y: number): SVGGElement {
  const more = shape("g", { class: "rowmore", "data-more": "" });
  more.append(shape("rect", { x: node.width - 44, y: 0, width: 44, height: node.height, "fill-opacity": 0 }), shape("text", { x: node.width - 22, y, "text-anchor": "middle" }, "⋯"));
  return more;
}
