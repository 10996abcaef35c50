// <lesson-editor draft part version url media sign-in>: the textarea inside becomes an editor that saves by itself; see ELEMENTS.md.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, dropCursor, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { clock, icon, text } from "../page";
import { wake } from "../wake";
import { Dialogs } from "./editor/dialogs";
import { mend } from "./editor/fixes";
import { fixNames, lints, setFindings } from "./editor/lints";
import { look } from "./editor/look";
import { marks } from "./editor/marks";
import { type Finding, type SavedPart, Saver, type State } from "./editor/saver";
import { act, place } from "./editor/tools";
import { filesOf, uploadAll } from "./editor/uploads";

const pictures: Record<State, string> = { saved: "check", typing: "edit", saving: "clock", offline: "cloudoff", signin: "lock", refused: "alert", conflict: "alert" };
const unstorable = /[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]/g;

class LessonEditor extends HTMLElement {
  #view!: EditorView;
  #saver!: Saver;
  #dialogs!: Dialogs;
  #findings: Finding[] = [];
  #savedAt = new Date();
  #gone = new AbortController();

  get #isYaml(): boolean {
    return this.getAttribute("part") === "questions";
  }

  get #language(): "zh" | "en" {
    return this.getAttribute("part") === "zh" ? "zh" : "en";
  }

  connectedCallback(): void {
    if (this.#saver) return;
    const area = this.querySelector<HTMLTextAreaElement>("textarea[name=text]")!;
    this.#dialogs = new Dialogs(this);
    this.#savedAt = new Date(this.getAttribute("saved-at") ?? "");
    this.#findings = [...this.querySelectorAll<HTMLElement>("[data-lints] [data-line]")].map((row) => ({
      line: Number(row.dataset.line),
      level: row.dataset.level as Finding["level"],
      sentence: row.querySelector("[data-sentence]")?.textContent ?? "",
      fix: (row.dataset.fix as Finding["fix"]) ?? null,
      at: row.dataset.at ?? "",
    }));
    this.#view = this.#editor(area);
    const key = `draft:${this.getAttribute("draft")}:${this.getAttribute("part")}`;
    this.#saver = new Saver(this.getAttribute("url")!, key, Number(this.getAttribute("version")), this.#text, {
      text: () => this.#text,
      state: (state, why) => this.#show(state, why),
      saved: (part, current) => this.#saved(part, current),
      met: (met) => this.#dialogs.conflict(met, this.#text, (chosen) => this.#choose(chosen, met.theirs.version, met.theirs.text)),
    });
    area.form!.hidden = false;
    area.hidden = true;
    this.querySelector<HTMLElement>("[data-lints]")!.hidden = true;
    this.#paint();
    this.#listen();
    this.#restore();
    this.dataset.ready = "";
  }

  disconnectedCallback(): void {
    void this.#saver.save(true);
    this.#gone.abort();
  }

  get #text(): string {
    return this.#view.state.doc.toString().replace(unstorable, "");
  }

  #editor(area: HTMLTextAreaElement): EditorView {
    const place = this.querySelector<HTMLElement>("[data-place]")!;
    const root = place.attachShadow({ mode: "open" });
    place.addEventListener("keydown", (event) => event.stopPropagation()); // keys of the page must not fire while somebody writes
    const tools = [...this.querySelectorAll<HTMLElement>("[data-do][aria-keyshortcuts]")].map((button) => ({
      key: button.getAttribute("aria-keyshortcuts")!.replace("Control", "Mod").replaceAll("+", "-").replace(/-([A-Z])$/, (_all, letter: string) => `-${letter.toLowerCase()}`),
      run: () => this.#do(button.dataset.do!),
      preventDefault: true,
    }));
    const fixes = Object.fromEntries(["describe", "unmark", "show"].map((name) => [name, text(this, name)]));
    const mending = { key: "Mod-.", preventDefault: true, run: () => this.#mend() };
    const save = { key: "Mod-s", preventDefault: true, run: () => (void this.#saver.save(), true) };
    return new EditorView({
      parent: root as unknown as Element,
      root,
      state: EditorState.create({
        doc: area.value,
        extensions: [
          lineNumbers(),
          fixNames.of(fixes),
          lints,
          history(),
          drawSelection(),
          dropCursor(),
          highlightSpecialChars(),
          search({ top: true }),
          EditorState.allowMultipleSelections.of(true),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": text(this, "label"), tabindex: "0", lang: area.lang, spellcheck: this.#isYaml ? "false" : "true", autocapitalize: "off" }),
          keymap.of([save, mending, ...tools, ...defaultKeymap, ...historyKeymap, ...searchKeymap]),
          marks(this.#isYaml),
          look,
          EditorView.updateListener.of((update) => update.docChanged && this.#saver.changed()),
          EditorView.domEventHandlers({
            paste: (event) => this.#take(filesOf(event.clipboardData)),
            drop: (event, view) => this.#take(filesOf(event.dataTransfer), view.posAtCoords(event) ?? undefined),
          }),
        ],
      }),
    });
  }

  #listen(): void {
    const { signal } = this.#gone;
    addEventListener("pagehide", () => void this.#saver.save(true), { signal });
    addEventListener("online", () => void this.#saver.save(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && void this.#saver.save(true), { signal });
    addEventListener("beforeunload", (event) => this.#saver.dirty && event.preventDefault(), { signal });
    this.addEventListener(
      "click",
      (event) => {
        const from = (event.target as Element).closest<HTMLElement>("[data-do], [data-view]");
        if (from?.dataset.do) this.#do(from.dataset.do);
        if (from?.dataset.view) this.#turn(from.dataset.view);
      },
      { signal },
    );
    document.getElementById("saved")?.addEventListener("click", () => this.dataset.state === "signin" && this.#askToSignIn(), { signal });
    this.querySelector<HTMLInputElement>("[data-file]")?.addEventListener("change", (event) => {
      const chosen = event.target as HTMLInputElement;
      this.#take([...(chosen.files ?? [])]);
      chosen.value = "";
    });
    for (const radio of this.querySelectorAll<HTMLInputElement>("input[name=width]")) {
      radio.addEventListener("change", () => this.querySelector("[data-preview]")?.classList.toggle("phone", radio.value === "phone"));
    }
  }

  /** On a small screen one side is shown at a time. */
  #turn(side: string): void {
    this.querySelector<HTMLElement>(".panes")!.dataset.shown = side;
    const other = this.querySelector<HTMLElement>(`[data-view="${side === "write" ? "preview" : "write"}"]`);
    if (side === "write") this.#view.focus();
    else other?.focus();
  }

  #do(name: string): boolean {
    if (act(this.#view, name, this.#language)) return true;
    if (name === "check") this.#dialogs.check((ref) => place(this.#view, `::: check ${ref}\n:::`));
    else if (name === "picture") this.querySelector<HTMLInputElement>("[data-file]")?.click();
    else if (name === "next") this.#next();
    return true;
  }

  /** Go to the next finding below the cursor, or to the first one, and say it. */
  #next(): void {
    const { doc, selection } = this.#view.state;
    const here = doc.lineAt(selection.main.head).number;
    const found = this.#findings.find((finding) => finding.line > here) ?? this.#findings[0];
    if (!found) return this.#say(text(this, "none"));
    const anchor = doc.line(Math.min(Math.max(found.line, 1), doc.lines)).from;
    this.#view.dispatch({ selection: { anchor }, scrollIntoView: true });
    this.#view.focus();
    const offer = found.fix ? ` ${text(this, found.fix)}: ${text(this, "key")}` : "";
    this.#say(text(this, "line", { line: found.line, sentence: found.sentence }) + offer);
  }

  /** Do what the finding at the cursor's line offers, or the first one that offers anything. */
  #mend(): boolean {
    const here = this.#view.state.doc.lineAt(this.#view.state.selection.main.head).number;
    const offers = this.#findings.filter((finding) => finding.fix);
    const found = offers.find((finding) => finding.line === here) ?? offers[0];
    if (found) mend(this.#view, found);
    else this.#say(text(this, "none"));
    return true;
  }

  #take(files: File[], at?: number): boolean {
    if (files.length === 0) return false;
    void uploadAll(this.getAttribute("media")!, files, {
      sent: (name, percent) => this.#say(text(this, "uploading", { name, percent }), true),
      taken: (name, markdown) => {
        place(this.#view, markdown, at);
        this.#say(text(this, "uploaded", { name }), true);
      },
      refused: (name, why) => this.#say(text(this, "notaken", { name, why: why || text(this, "offline") }), true),
    });
    return true;
  }

  /** Bring back what this browser kept and the server never got. */
  #restore(): void {
    const left = this.#saver.left();
    if (left === null) return;
    this.#replace(left);
    this.#say(text(this, "restored"), true);
    void this.#saver.save();
  }

  #replace(words: string): void {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: words } });
  }

  #choose(chosen: string, version: number, theirs: string): void {
    this.#replace(chosen);
    this.#saver.accept(version, theirs);
    this.#view.focus();
  }

  #saved(part: SavedPart, current: boolean): void {
    this.#savedAt = new Date(part.saved_at);
    const field = this.querySelector<HTMLInputElement>("input[name=version]");
    if (field) field.value = String(part.version);
    const preview = this.querySelector<HTMLElement>("[data-preview]")!;
    preview.innerHTML = part.html;
    wake(preview);
    const counts = document.getElementById("counts");
    if (counts) counts.innerHTML = part.facts;
    if (!current) return; // lines have moved on; the next answer fits them
    this.#findings = part.findings;
    this.#paint();
    this.dispatchEvent(new CustomEvent("draft-saved", { bubbles: true, detail: { version: part.version } }));
  }

  #paint(): void {
    this.#view.dispatch({ effects: setFindings.of(this.#findings) });
  }

  #show(state: State, why = ""): void {
    if (this.dataset.state === state && state !== "saved") return;
    this.dataset.state = state;
    const chip = document.getElementById("saved");
    const words = text(this, { conflict: "fresh", signin: "signin" }[state as string] ?? state, { time: clock(this.#savedAt), why });
    if (chip) {
      chip.className = `chip savechip ${{ saved: "", typing: "", saving: "" }[state as string] ?? "warn"}`;
      chip.replaceChildren(icon(pictures[state]), Object.assign(document.createElement("span"), { textContent: words }));
    }
    if (state === "signin") this.#askToSignIn();
  }

  #askToSignIn(): void {
    this.#dialogs.signIn(() => this.#saver.resume());
  }

  /** Tell it to a screen reader, and on the page where everybody should see it. */
  #say(words: string, shown = false): void {
    const line = this.querySelector<HTMLElement>("[data-say]")!;
    line.classList.toggle("vh", !shown);
    line.textContent = words;
  }
}

customElements.define("lesson-editor", LessonEditor);
