// Small help for forms: filters that send themselves, work that is not saved yet, copying and printing.
import { common } from "./page";

let typing: ReturnType<typeof setTimeout> | undefined;

/** Say on its button that a form which takes long is on its way, and let it go only once. */
function busy(event: SubmitEvent): void {
  const button = event.submitter;
  if (event.defaultPrevented || !(button instanceof HTMLElement) || !button.dataset.busy) return;
  if (button.ariaBusy === "true") return event.preventDefault();
  const words = button.textContent ?? "";
  button.ariaBusy = "true";
  button.textContent = button.dataset.busy;
  addEventListener(
    "pageshow",
    () => {
      button.ariaBusy = null;
      button.textContent = words;
    },
    { once: true },
  );
}

function autosubmit(event: Event): void {
  const field = event.target as HTMLInputElement;
  const form = field.form;
  if (!form?.matches("[data-autosubmit]")) return;
  clearTimeout(typing);
  const typed = event.type === "input";
  if (typed && field.type !== "search" && field.type !== "text") return;
  typing = setTimeout(() => form.requestSubmit(), typed ? 400 : 0);
}

function keepDirty(): void {
  const dirty = new Set<HTMLFormElement>();
  document.addEventListener("input", (event) => {
    const form = (event.target as HTMLInputElement).form;
    if (form?.matches("[data-dirty]")) dirty.add(form);
  });
  document.addEventListener("submit", (event) => dirty.delete(event.target as HTMLFormElement));
  addEventListener("beforeunload", (event) => {
    if (![...dirty].some((form) => form.isConnected)) return;
    event.preventDefault();
    event.returnValue = common("leave");
  });
}

function copyOrPrint(event: MouseEvent): void {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy], [data-print]");
  if (!button) return;
  if (button.dataset.copy !== undefined) void navigator.clipboard.writeText(button.dataset.copy);
  else print();
}

export function watchForms(): void {
  document.addEventListener("submit", busy);
  document.addEventListener("change", autosubmit);
  document.addEventListener("input", autosubmit);
  document.addEventListener("click", copyOrPrint);
  keepDirty();
}
