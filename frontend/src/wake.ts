// The custom elements, and the way to their code: fetched where one stands, on a page or in a part that came later.

const elements: Record<string, () => Promise<unknown>> = {
  "quiz-timer": () => import("./elements/quiz-timer"),
  "quiz-sheet": () => import("./elements/quiz-sheet"),
  "answer-rest": () => import("./elements/answer-rest"),
  "lesson-reader": () => import("./elements/lesson-reader"),
  "lesson-editor": () => import("./elements/lesson-editor"),
  "mind-map": () => import("./elements/mind-map"),
  "blank-map": () => import("./elements/blank-map"),
  "map-editor": () => import("./elements/map-editor"),
  "live-game": () => import("./elements/live-game"),
  "find-box": () => import("./elements/find-box"),
  "answer-box": () => import("./elements/answer-box"),
  "term-marks": () => import("./elements/term-marks"),
  "card-deck": () => import("./elements/card-deck"),
  "observe-card": () => import("./elements/observe-card"),
  "call-player": () => import("./elements/call-player"),
  "sortable-list": () => import("./elements/sortable-list"),
  "row-list": () => import("./elements/row-list"),
  "mark-keys": () => import("./elements/mark-keys"),
};

/** Fetch the code of the elements that stand in `part` and are not known yet. */
export function wake(part: ParentNode): void {
  for (const [name, load] of Object.entries(elements)) {
    if (!customElements.get(name) && (part.querySelector(name) ?? (part as Element).matches?.(name))) void load();
  }
}
