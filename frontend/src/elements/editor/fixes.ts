// What a finding offers to mend: the cursor into the brackets of a picture, a mark taken off, a sentence selected.
import type { EditorState, TransactionSpec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Finding } from "./saver";

const ends = /[。！？；]|[.!?](?=\s|$)|\n\s*\n|$/;

function describe(state: EditorState, from: number, name: string): TransactionSpec | null {
  const text = state.sliceDoc(from);
  const close = [name, encodeURI(name)].map((each) => text.indexOf(`](media/${each}`)).find((at) => at >= 0);
  const open = close === undefined ? -1 : text.lastIndexOf("![", close);
  return open < 0 ? null : { selection: { anchor: from + open + 2, head: from + close! } };
}

function unmark(state: EditorState, from: number): TransactionSpec | null {
  const line = state.doc.lineAt(from);
  const mark = [...line.text.matchAll(/==(?=\S)[^=\n]+?==/g)].at(-1);
  if (!mark) return null;
  const start = line.from + mark.index;
  const end = start + mark[0].length;
  const changes = [
    { from: start, to: start + 2 },
    { from: end - 2, to: end },
  ];
  return { changes, selection: { anchor: start, head: end - 4 }, userEvent: "delete" };
}

/** Select the sentence that begins so; marks may stand between the characters that are looked for, and fewer and fewer are. */
function show(state: EditorState, from: number, words: string): TransactionSpec | null {
  const text = state.sliceDoc(from);
  for (const length of [24, 12, 6, 3]) {
    const signs = [...words.slice(0, length).trim()].map((sign) => (/\s/.test(sign) ? "\\s+" : sign.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&")));
    const found = signs.length > 0 ? new RegExp(signs.join("[*_=`[]*"), "u").exec(text) : null;
    if (!found) continue;
    const start = found.index;
    const end = start + found[0].length + text.slice(start + found[0].length).search(ends) + 1;
    return { selection: { anchor: from + start, head: Math.min(from + end, state.doc.length) } };
  }
  return null;
}

/** Do what a finding offers on its line, which stands at `at` by now, or go there; return whether it offers anything. */
export function mend(view: EditorView, finding: Finding, at?: number): boolean {
  if (!finding.fix) return false;
  const { state } = view;
  const { from } = at === undefined ? state.doc.line(Math.min(Math.max(finding.line, 1), state.doc.lines)) : state.doc.lineAt(at);
  const found = { describe, unmark, show }[finding.fix](state, from, finding.at);
  view.dispatch({ ...(found ?? { selection: { anchor: from } }), scrollIntoView: true });
  view.focus();
  return true;
}
