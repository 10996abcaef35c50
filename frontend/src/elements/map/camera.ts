// Moving and zooming a drawing: wheel, drag, pinch. It sets one transform, once a frame, and knows nothing of trees.
import type { Box } from "./tree";

const reach = { least: 0.12, most: 2.5 };

export class Camera {
  x = 0;
  y = 0;
  scale = 1;
  still = false;
  foot = 0; // what lies over the lower edge
  moved: () => void = () => undefined;
  #size = { width: 0, height: 0 };
  #room: DOMRect | undefined;
  #pointers = new Map<number, { x: number; y: number }>();
  #way = 0;
  #frame = 0;

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly scene: SVGGElement,
  ) {
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"] as const) svg.addEventListener(end, (event) => this.#up(event));
    svg.addEventListener("click", (event) => this.#way > 5 && event.stopPropagation(), true);
    addEventListener("scroll", () => (this.#room = undefined), { passive: true });
  }

  /** The extent of what is drawn. */
  extent(size: { width: number; height: number }): void {
    this.#size = size;
    this.#room = undefined;
  }

  /** Forget where the drawing lies on the page: it may have moved. */
  forget(): void {
    this.#room = undefined;
  }

  get #box(): DOMRect {
    return (this.#room ??= this.svg.getBoundingClientRect());
  }

  /** What the reader can see of the drawing, in its own units. */
  view(): Box {
    const box = this.svg.getBoundingClientRect();
    if (this.still) return { x: 0, y: -box.top, width: box.width, height: innerHeight };
    return { x: -this.x / this.scale, y: -this.y / this.scale, width: box.width / this.scale, height: box.height / this.scale };
  }

  /** Where a point of the page lies in the drawing. */
  at(x: number, y: number): { x: number; y: number } {
    const box = this.svg.getBoundingClientRect();
    if (this.still) return { x: x - box.left - 2, y: y - box.top - 2 };
    return { x: (x - box.left - this.x) / this.scale, y: (y - box.top - this.y) / this.scale };
  }

  /** Show the whole width, but never too small to read; `whole`: show all of it, as far as that helps. */
  fit(whole = false): void {
    const { width, height } = this.#box;
    const margin = 40;
    const across = Math.min((width - margin) / this.#size.width, 1);
    const least = whole ? reach.least : 0.8;
    this.scale = Math.max(whole ? Math.min(across, (height - margin) / this.#size.height) : across, least);
    this.x = Math.max((width - this.#size.width * this.scale) / 2, margin / 2);
    this.y = (height - this.#size.height * this.scale) / 2;
    this.apply();
  }

  zoom(factor: number, at?: { x: number; y: number }): void {
    const box = this.#box;
    const point = at ?? { x: box.width / 2, y: box.height / 2 };
    const scale = Math.min(Math.max(this.scale * factor, reach.least), reach.most);
    this.x = point.x - ((point.x - this.x) * scale) / this.scale;
    this.y = point.y - ((point.y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.apply();
  }

  /** Move as little as needed for this box to be seen, at a size that can be read. */
  reveal(box: Box, readable = false): void {
    if (this.still) return;
    const room = this.#box;
    if (readable && this.scale < 0.6) this.zoom(1 / this.scale);
    const shift = (start: number, length: number, most: number): number => {
      if (start < 16) return 16 - start;
      return start + length > most - 16 ? Math.max(most - 16 - start - length, 16 - start) : 0;
    };
    this.x += shift(box.x * this.scale + this.x, box.width * this.scale, room.width);
    this.y += shift(box.y * this.scale + this.y, box.height * this.scale, room.height - this.foot);
    this.apply();
  }

  /** Put the transform in place with the next frame; many moves in one frame cost one. */
  apply(): void {
    this.#frame ||= requestAnimationFrame(() => this.settle());
  }

  /** Put the transform in place now. */
  settle(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const where = this.still ? "translate(2 2)" : `translate(${this.x} ${this.y}) scale(${this.scale})`;
    this.scene.setAttribute("transform", where);
    this.moved();
  }

  #pan(x: number, y: number): boolean {
    const room = this.#box;
    const clamp = (at: number, length: number, most: number): number =>
      Math.min(Math.max(at, Math.min(most - length - 40, 40)), Math.max(40, most - length - 40));
    const before = [this.x, this.y];
    this.x = clamp(this.x + x, this.#size.width * this.scale, room.width);
    this.y = clamp(this.y + y, this.#size.height * this.scale, room.height);
    this.apply();
    return before[0] !== this.x || before[1] !== this.y;
  }

  #wheel(event: WheelEvent): void {
    if (this.still) return;
    const box = this.#box;
    if (event.ctrlKey || event.metaKey) {
      this.zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - box.left, y: event.clientY - box.top });
      event.preventDefault();
    } else if (this.#pan(-event.deltaX, -event.deltaY)) {
      event.preventDefault();
    }
  }

  #down(event: PointerEvent): void {
    if (this.still) return;
    if (this.#pointers.size === 0) this.#way = 0;
    this.#room = undefined;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  #up(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
  }

  /** Let go of a pointer that somebody else follows now. */
  release(pointer: number): void {
    this.#pointers.delete(pointer);
  }

  #move(event: PointerEvent): void {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    const [other] = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    this.#way += Math.hypot(now.x - last.x, now.y - last.y);
    if (other) {
      const box = this.#box;
      const grown = Math.hypot(now.x - other.x, now.y - other.y) / (Math.hypot(last.x - other.x, last.y - other.y) || 1);
      this.zoom(grown, { x: (now.x + other.x) / 2 - box.left, y: (now.y + other.y) / 2 - box.top });
    } else if (this.#way > 5) {
      if (!this.svg.hasPointerCapture(event.pointerId)) this.svg.setPointerCapture(event.pointerId);
      this.#pan(now.x - last.x, now.y - last.y);
    }
    this.#pointers.set(event.pointerId, now);
  }
}
