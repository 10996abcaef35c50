// Short messages that leave by themselves after 10 s, but not while somebody points at or is in them.
import { icon } from "./page";

const stay = 10_000;

/** Give the toasts inside `part` their clock and their close button. */
export function settle(part: ParentNode): void {
  const found = [...part.querySelectorAll<HTMLElement>(".toast:not([data-settled])")];
  if (part instanceof HTMLElement && part.matches(".toast:not([data-settled])")) found.push(part);
  for (const toast of found) {
    toast.dataset.settled = "";
    const shut = toast.querySelector<HTMLButtonElement>("[data-dismiss]");
    if (shut) {
      shut.hidden = false;
      shut.addEventListener("click", () => toast.remove());
    }
    if (toast.classList.contains("bad") || !toast.closest(".toasts")) continue;
    let timer = setTimeout(() => toast.remove(), stay);
    const hold = (): void => clearTimeout(timer);
    const go = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => toast.remove(), stay);
    };
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("pointerleave", go);
    toast.addEventListener("focusout", go);
  }
}

/** Say something from a script. */
export function say(words: string, state: "ok" | "warn" | "bad" = "ok"): void {
  const template = document.getElementById("toast-template") as HTMLTemplateElement | null;
  const place = document.getElementById("toasts");
  const toast = (template?.content.cloneNode(true) as DocumentFragment | undefined)?.querySelector<HTMLElement>(".toast");
  if (!toast || !place || !words) return;
  toast.classList.add(state);
  toast.setAttribute("role", state === "bad" ? "alert" : "status");
  toast.querySelector(".slot-icon")?.replaceWith(icon({ ok: "check", warn: "alert", bad: "stop" }[state]));
  toast.querySelector("span")?.append(words);
  place.append(toast);
  settle(toast);
}
