// data-confirm: ask in a dialog that names the thing before a form is sent or htmx acts.

/** Ask; true if the person said yes. */
function ask(question: string, action?: string): Promise<boolean> {
  const template = document.getElementById("confirm-template") as HTMLTemplateElement | null;
  const dialog = (template?.content.cloneNode(true) as DocumentFragment | undefined)?.querySelector("dialog");
  if (!dialog) return Promise.resolve(true);
  dialog.querySelector("h2")?.append(question);
  if (action) dialog.querySelector("[value=yes]")?.replaceChildren(action);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

/** Send a form again without asking or holding it back a second time. */
export function resend(form: HTMLFormElement, by?: HTMLElement | null): void {
  form.dataset.confirmed = "";
  form.requestSubmit(by instanceof HTMLButtonElement || by instanceof HTMLInputElement ? by : null);
  setTimeout(() => delete form.dataset.confirmed);
}

function holdForm(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const holder = [event.submitter, form].find((part) => part?.hasAttribute("data-confirm")) as HTMLElement | undefined;
  if (!holder || form.dataset.confirmed !== undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  void ask(holder.dataset.confirm ?? "", holder.dataset.confirmAction).then((yes) => yes && resend(form, event.submitter));
}

function holdRequest(event: Event): void {
  const { elt, issueRequest } = (event as CustomEvent<{ elt: HTMLElement; issueRequest: (sure: boolean) => void }>).detail;
  if (!elt.dataset.confirm || elt.closest("form")?.dataset.confirmed !== undefined) return;
  event.preventDefault();
  void ask(elt.dataset.confirm, elt.dataset.confirmAction).then((yes) => yes && issueRequest(true));
}

/** data-opens and data-closes: a dialog that is a popover without scripts becomes a modal one with them. */
function openOrClose(event: MouseEvent): void {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-opens]");
  const dialog = opener ? document.getElementById(opener.dataset.opens ?? "") : target.closest("[data-closes]")?.closest("dialog");
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.removeAttribute("popover");
  if (opener) dialog.showModal();
  else dialog.close();
}

export function watchConfirm(): void {
  document.addEventListener("submit", holdForm, true);
  document.addEventListener("htmx:confirm", holdRequest);
  document.addEventListener("click", openOrClose);
}
