// A map on paper: unfolded, drawn where it can be read on a sheet and as text where it cannot; afterwards as it was.
import type { Node } from "./tree";
import type { MapView } from "./view";

export function watchPaper(host: HTMLElement, view: MapView): void {
  let open = new Set<Node>();
  const turn = (on: boolean): void => {
    const { all } = view;
    if (on) open = new Set(all.filter((node) => node.open));
    for (const node of all) node.open = on || open.has(node);
    view.offPaper();
    const drawn = on && view.fitsPaper;
    if (drawn) view.onPaper();
    host.classList.toggle("textonpaper", on && !drawn);
  };
  addEventListener("beforeprint", () => turn(true));
  addEventListener("afterprint", () => turn(false));
}
