// The two questions an editor may have to ask: sign in again, and which of two texts goes on.
import { clock, text } from "../../page";
import type { Met } from "./saver";

const csrf = (page: Document): string => page.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
const parsed = async (answer: Response): Promise<Document> => new DOMParser().parseFromString(await answer.text(), "text/html");

/** Sign in without leaving the page and take over the new token; return whether it worked. */
async function enter(url: string, employee: string, password: string): Promise<boolean> {
  const door = await fetch(url, { credentials: "same-origin" });
  let page = await parsed(door);
  if (!door.redirected) {
    const body = new URLSearchParams({ csrf_token: csrf(page), employee_no: employee, password, next: "/profile" });
    const answer = await fetch(url, { method: "POST", body, credentials: "same-origin" });
    if (!answer.redirected) return false;
    page = await parsed(answer);
  }
  const fresh = csrf(page);
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", fresh);
  for (const field of document.querySelectorAll<HTMLInputElement>('input[name="csrf_token"]')) field.value = fresh;
  return true;
}

export class Dialogs {
  constructor(private readonly host: HTMLElement) {
    const holder = host.querySelector<HTMLTemplateElement>("template[data-dialogs]");
    if (holder) host.append(holder.content.cloneNode(true));
  }

  get(name: string): HTMLDialogElement | null {
    return this.host.querySelector<HTMLDialogElement>(`dialog[data-dialog="${name}"]`);
  }

  /** Ask to sign in; `back` is called once it worked. */
  signIn(back: () => void): void {
    const dialog = this.get("signin");
    if (!dialog || dialog.open) return;
    const form = dialog.querySelector("form")!;
    const wrong = dialog.querySelector<HTMLElement>("[data-wrong]")!;
    const password = form.elements.namedItem("password") as HTMLInputElement;
    form.onsubmit = (event) => {
      event.preventDefault();
      const employee = (form.elements.namedItem("employee_no") as HTMLInputElement).value;
      void enter(this.host.getAttribute("sign-in") ?? "/sign-in", employee, password.value)
        .catch(() => false)
        .then((worked) => {
          wrong.hidden = worked;
          wrong.textContent = worked ? "" : text(this.host, "wrong");
          password.value = "";
          if (!worked) return password.focus();
          dialog.close();
          back();
        });
    };
    dialog.querySelector<HTMLElement>("[data-later]")!.onclick = () => dialog.close();
    dialog.showModal();
    password.focus();
  }

  /** Show both texts; `choose` gets the one that goes on. */
  conflict(met: Met, mine: string, choose: (text: string) => void): void {
    const dialog = this.get("conflict");
    if (!dialog) return;
    const words = { name: met.theirs.saved_by, time: clock(new Date(met.theirs.saved_at)) };
    dialog.querySelector("[data-words]")!.textContent = text(this.host, "conflict", words);
    dialog.querySelector("[data-diff]")!.innerHTML = met.html;
    const merged = dialog.querySelector<HTMLTextAreaElement>("#merged")!;
    merged.value = mine;
    const texts: Record<string, () => string> = { mine: () => mine, theirs: () => met.theirs.text, merged: () => merged.value };
    for (const button of dialog.querySelectorAll<HTMLButtonElement>("[data-choose]")) {
      button.onclick = () => {
        dialog.close("chosen");
        choose(texts[button.dataset.choose ?? ""]!());
      };
    }
    dialog.oncancel = (event) => event.preventDefault(); // one of the three, lest both writers go on apart
    dialog.showModal();
    merged.focus();
  }

  /** Ask for one of the lesson's questions. */
  check(insert: (ref: string) => void): void {
    const dialog = this.get("checks");
    if (!dialog) return;
    dialog.returnValue = "";
    dialog.onclose = () => {
      const which = dialog.querySelector<HTMLSelectElement>("select")?.value;
      if (dialog.returnValue === "insert" && which) insert(which);
    };
    dialog.showModal();
  }
}
