// Every page: styles, htmx, small behaviours; the code of a custom element is fetched where the element stands (wake.ts).
import "./styles/main.css";
import htmx from "htmx.org";
import { watchAnswers } from "./answers";
import { watchConfirm } from "./confirm";
import { watchForms } from "./forms";
import { watchHtmx } from "./htmx";
import { watchMenus } from "./menus";
import { settle } from "./toasts";
import { showThemes } from "./themes";
import { wake } from "./wake";

function greet(part: ParentNode): void {
  wake(part);
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
