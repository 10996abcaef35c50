// Every page: styles, htmx, small behaviours; the code of a custom element is fetched where the element stands.
import "./styles/main.css";
import htmx from "htmx.org";
import { watchAnswers } from "./answers";
import { watchConfirm } from "./confirm";
import { watchForms } from "./forms";
import { watchHtmx } from "./htmx";
import { watchMenus } from "./menus";
import { settle } from "./toasts";
import { showThemes } from "./themes";

const elements: Record<string, () => Promise<unknown>> = {
  "quiz-timer": () => import("./elements/quiz-timer"),
  "quiz-sheet": () => import("./elements/quiz-sheet"),
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
};

function greet(part: ParentNode): void {
  for (const [name, load] of Object.entries(elements)) {
    if (!customElements.get(name) && (part.querySelector(name) ?? (part as Element).matches?.(name))) void load();
  }
  settle(part);
  showThemes(part);
}

watchAnswers();
watchConfirm();
watchForms();
watchHtmx();
watchMenus();
htmx.onLoad((part) => greet(part as Element));
greet(document);
document.getElementById("errors")?.focus();
