// Moving and zooming a drawing: wheel, drag, pinch. It sets one transform attribute and knows nothing of trees.

const reach = { least: 0.2, most: 2.5 };

export class Camera {
  x = 0;
  y = 0;
  scale = 1;
  still = false;
  #size = { width: 0, height: 0 };
  #pointers = new Map<number, { x: number; y: number }>();
  #moved = 0;

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly scene: SVGGElement,
  ) {
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"] as const) svg.addEventListener(end, (event) => this.#pointers.delete(event.pointerId));
    svg.addEventListener("click", (event) => this.#moved > 5 && event.stopPropagation(), true);
  }

  /** The extent of what is drawn. */
  extent(size: { width: number; height: number }): void {
    this.#size = size;
  }

  /** Show the whole width, but never too small to read; `whole`: show all of it, however small. */
  fit(whole = false): void {
    const { width, height } = this.svg.getBoundingClientRect();
    const margin = 24;
    const across = Math.min((width - margin) / this.#size.width, 1);
    this.scale = whole ? Math.max(Math.min(across, (height - margin) / this.#size.height), reach.least) : Math.max(across, 0.75);
    this.x = Math.max((width - this.#size.width * this.scale) / 2, margin / 2);
    this.y = (height - this.#size.height * this.scale) / 2;
    this.apply();
  }

  zoom(factor: number, at?: { x: number; y: number }): void {
    const box = this.svg.getBoundingClientRect();
    const point = at ?? { x: box.width / 2, y: box.height / 2 };
    const scale = Math.min(Math.max(this.scale * factor, reach.least), reach.most);
    this.x = point.x - ((point.x - this.x) * scale) / this.scale;
    this.y = point.y - ((point.y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.apply();
  }

  /** Move as little as needed for this box to be seen. */
  reveal(box: { x: number; y: number; width: number; height: number }): void {
    if (this.still) return;
    const room = this.svg.getBoundingClientRect();
    const shift = (start: number, length: number, most: number): number => {
      if (start < 16) return 16 - start;
      return start + length > most - 16 ? Math.max(most - 16 - start - length, 16 - start) : 0;
    };
    this.x += shift(box.x * this.scale + this.x, box.width * this.scale, room.width);
    this.y += shift(box.y * this.scale + this.y, box.height * this.scale, room.height);
    this.apply();
  }

  apply(): void {
    const where = this.still ? "translate(2 2)" : `translate(${this.x} ${this.y}) scale(${this.scale})`;
    this.scene.setAttribute("transform", where);
  }

  #pan(x: number, y: number): boolean {
    const room = this.svg.getBoundingClientRect();
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
    const box = this.svg.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      this.zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - box.left, y: event.clientY - box.top });
      event.preventDefault();
    } else if (this.#pan(-event.deltaX, -event.deltaY)) {
      event.preventDefault();
    }
  }

  #down(event: PointerEvent): void {
    if (this.still) return;
    if (this.#pointers.size === 0) this.#moved = 0;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  #move(event: PointerEvent): void {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    const [other] = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    this.#moved += Math.hypot(now.x - last.x, now.y - last.y);
    if (other) {
      const box = this.svg.getBoundingClientRect();
      const grown = Math.hypot(now.x - other.x, now.y - other.y) / (Math.hypot(last.x - other.x, last.y - other.y) || 1);
      this.zoom(grown, { x: (now.x + other.x) / 2 - box.left, y: (now.y + other.y) / 2 - box.top });
    } else if (this.#moved > 5) {
      if (!this.svg.hasPointerCapture(event.pointerId)) this.svg.setPointerCapture(event.pointerId);
      this.#pan(now.x - last.x, now.y - last.y);
    }
    this.#pointers.set(event.pointerId, now);
  }
}
