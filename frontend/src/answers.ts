// Ctrl+K, or / outside of fields, or the button of the header opens the answers of a call on every page.
import htmx from "htmx.org";

const typing = "input, textarea, select, [contenteditable], .cm-editor";

function dialog(): HTMLDialogElement | null {
  const made = document.querySelector<HTMLDialogElement>("dialog.answers");
  if (made) return made;
  const template = document.getElementById("answers-template");
  if (!(template instanceof HTMLTemplateElement)) return null;
  document.body.append(template.content.cloneNode(true));
  const added = document.querySelector<HTMLDialogElement>("dialog.answers");
  if (added) {
    htmx.process(added);
    void import("./elements/answer-box");
    added.addEventListener("click", (event) => event.target === added && added.close());
  }
  return added;
}

function open(): boolean {
  const here = document.querySelector<HTMLInputElement>("main answer-box input[type=search]");
  const box = here ? null : dialog();
  if (!here && !box) return false;
  if (box && !box.open) box.showModal();
  const field = here ?? box?.querySelector<HTMLInputElement>("input[type=search]");
  field?.focus();
  field?.select();
  return true;
}

export function watchAnswers(): void {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.shiftKey) return;
    const control = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !(event.target as Element).closest?.(typing);
    if (document.querySelector("dialog[open]:not(.answers)")) return;
    if ((control || slash) && open()) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if ((event.target as Element).closest("[data-answers]") && open()) event.preventDefault();
  });
}
