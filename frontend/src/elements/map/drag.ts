// Dragging a node of a drawing to another parent, or between two others. The camera keeps still meanwhile. In the list of
// a narrow screen a finger holds the row for a moment first: moved at once, it scrolls the page.
import { shape } from "./shapes";
import type { Node } from "./tree";
import type { MapView } from "./view";

const slack = 6;
const patience = 350; // milliseconds until a finger holds a row

export class DragNode {
  #waiting = 0;
  #held: { node: Node; x: number; y: number; pointer: number; moving: boolean } | undefined;
  #sign = shape("rect", { class: "dropsign", "aria-hidden": "true", rx: 10 });

  constructor(
    private readonly view: MapView,
    private readonly dropped: (node: Node, parent: Node, at: number) => void,
  ) {
    const host = view.svg.parentElement as HTMLElement;
    host.addEventListener("pointerdown", (event) => this.#down(event), true);
    host.addEventListener("pointermove", (event) => this.#move(event), true);
    host.addEventListener("pointerup", (event) => this.#up(event), true);
    host.addEventListener("pointercancel", () => this.#end(), true);
    host.addEventListener("contextmenu", (event) => this.#waiting && event.preventDefault(), true);
    host.addEventListener("touchmove", (event) => this.#held?.moving && event.preventDefault(), { passive: false });
  }

  #down(event: PointerEvent): void {
    const hit = event.button === 0 && (event.target as Element).closest("svg") ? this.view.hit(event) : undefined;
    if (!hit || hit.node.depth === 0 || !event.isPrimary) return;
    this.#held = { node: hit.node, x: event.clientX, y: event.clientY, pointer: event.pointerId, moving: false };
    if (this.#scrolls(event)) this.#waiting = setTimeout(() => this.#hold(), patience);
    event.stopPropagation();
  }

  #scrolls(event: PointerEvent): boolean {
    return this.view.flat && event.pointerType === "touch";
  }

  #hold(): void {
    const one = this.#held;
    if (!one) return;
    one.moving = true;
    this.view.svg.setPointerCapture(one.pointer);
    this.#show({ node: one.node, how: "in" });
  }

  #move(event: PointerEvent): void {
    const held = this.#held;
    if (!held || held.pointer !== event.pointerId) return;
    event.stopPropagation();
    if (!held.moving && Math.hypot(event.clientX - held.x, event.clientY - held.y) < slack) return;
    if (!held.moving && this.#scrolls(event)) return this.#end();
    if (!held.moving) this.view.svg.setPointerCapture(event.pointerId);
    held.moving = true;
    this.#show(this.#target(event));
    const edge = event.clientY < 90 ? -12 : event.clientY > innerHeight - 110 ? 12 : 0;
    if (edge && this.view.flat) scrollBy(0, edge);
  }

  /** Where it would fall: on a node it becomes the last child; near its upper or lower edge, its neighbour. */
  #target(event: PointerEvent): { node: Node; how: "in" | "before" | "after" } | undefined {
    const point = this.view.camera.at(event.clientX, event.clientY);
    const over = this.view.shown.find((one) => point.x > one.x - 20 && point.x < one.x + one.width + 20 && point.y > one.y - 8 && point.y < one.y + one.height + 8);
    for (let up: Node | null | undefined = over; up; up = up.parent) if (up === this.#held?.node) return undefined;
    if (!over) return undefined;
    const part = (point.y - over.y) / over.height;
    return { node: over, how: !over.parent || (part > 0.25 && part < 0.75) ? "in" : part <= 0.25 ? "before" : "after" };
  }

  #show(target: { node: Node; how: string } | undefined): void {
    if (!target) return this.#sign.remove();
    const { node, how } = target;
    const y = how === "in" ? node.y - 4 : how === "before" ? node.y - 8 : node.y + node.height + 4;
    for (const [name, value] of Object.entries({ x: node.x - 4, y, width: node.width + 8, height: how === "in" ? node.height + 8 : 4 })) this.#sign.setAttribute(name, String(value));
    this.view.svg.querySelector("g")?.append(this.#sign);
  }

  #up(event: PointerEvent): void {
    const held = this.#held;
    const target = held?.moving ? this.#target(event) : undefined;
    this.#end();
    if (!held?.moving) return;
    event.stopPropagation();
    if (!target) return;
    const { node, how } = target;
    if (how === "in") return this.dropped(held.node, node, node.children.filter((one) => one !== held.node).length);
    const kin = (node.parent as Node).children.filter((one) => one !== held.node);
    this.dropped(held.node, node.parent as Node, kin.indexOf(node) + (how === "after" ? 1 : 0));
  }

  #end(): void {
    clearTimeout(this.#waiting);
    this.#waiting = 0;
    this.#held = undefined;
    this.#sign.remove();
  }
}
