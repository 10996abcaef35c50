// What the buttons above the text put into it. Each leaves the cursor where one goes on writing.
import { EditorSelection, type EditorState, type TransactionSpec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

type Language = "zh" | "en";

const boxes: Record<string, Record<Language, string>> = {
  keybox: {
    zh: "::: key\n|写成离开上下文也能看懂的一句话。\n? 用哪个问题来问它？\n:::",
    en: "::: key\n|One sentence that makes sense alone.\n? Which question asks for it?\n:::",
  },
  mnemonic: { zh: "::: mnemonic\n|一句好记的话。\n:::", en: "::: mnemonic\n|One line that is easy to keep.\n:::" },
  story: { zh: "::: story\n|一个小故事，帮人挂住要点。\n:::", en: "::: story\n|A short story to hang the points on.\n:::" },
  case: {
    zh: "::: case |通话的标题\ncaller 0:02 | 用户说的话\nagent 0:08 | 客服说的话\n+ 好在哪里\n:::",
    en: "::: case |Title of the call\ncaller 0:02 | What the caller says\nagent 0:08 | What the agent says\n+ What is good about it\n:::",
  },
  flow: {
    zh: "```mermaid\nflowchart TD\na[|第一步] --> b{问题？}\nb -->|是| c[这样做]\nb -->|否| d([结束])\n```",
    en: "```mermaid\nflowchart TD\na[|First step] --> b{Question?}\nb -->|yes| c[Do this]\nb -->|no| d([Done])\n```",
  },
};

function wrap(state: EditorState, mark: string): TransactionSpec {
  return state.changeByRange((range) => {
    const text = state.sliceDoc(range.from, range.to);
    const lead = text.length - text.trimStart().length;
    const inner = text.trim();
    const from = range.from + lead;
    const has = state.sliceDoc(from - mark.length, from) === mark && state.sliceDoc(from + inner.length, from + inner.length + mark.length) === mark;
    if (has) {
      return {
        changes: [
          { from: from - mark.length, to: from },
          { from: from + inner.length, to: from + inner.length + mark.length },
        ],
        range: EditorSelection.range(from - mark.length, from - mark.length + inner.length),
      };
    }
    return {
      changes: { from, to: from + inner.length, insert: `${mark}${inner}${mark}` },
      range: EditorSelection.range(from + mark.length, from + mark.length + inner.length),
    };
  });
}

function prefix(state: EditorState, sign: string): TransactionSpec {
  const { from, to } = state.selection.main;
  const first = state.doc.lineAt(from).number;
  const last = state.doc.lineAt(to).number;
  const changes = [];
  for (let n = first; n <= last; n += 1) {
    const line = state.doc.line(n);
    const has = line.text.startsWith(sign);
    changes.push(has ? { from: line.from, to: line.from + sign.length } : { from: line.from, insert: sign });
  }
  return { changes };
}

/** Put `text` on lines of its own after the line of `at`; "|" in it, if any, is where the cursor goes. */
export function place(view: EditorView, text: string, at = view.state.selection.main.head): void {
  const line = view.state.doc.lineAt(Math.min(at, view.state.doc.length));
  const before = line.text.trim() === "" ? "" : "\n\n";
  const next = line.number < view.state.doc.lines ? view.state.doc.line(line.number + 1).text : "";
  const mark = text.indexOf("|");
  const cursor = mark < 0 || /^\|/.test(text.slice(mark + 1)) ? text.length : mark;
  const plain = cursor === mark ? text.slice(0, mark) + text.slice(mark + 1) : text;
  const insert = before + plain + (next.trim() === "" && next !== "" ? "" : "\n");
  const spot = line.to + before.length + cursor;
  view.dispatch({ changes: { from: line.to, insert }, selection: { anchor: spot }, scrollIntoView: true, userEvent: "input" });
  view.focus();
}

/** Do what the button `name` says; return whether it is one of those that write. */
export function act(view: EditorView, name: string, language: Language): boolean {
  const simple: Record<string, () => TransactionSpec> = {
    bold: () => wrap(view.state, "**"),
    key: () => wrap(view.state, "=="),
    list: () => prefix(view.state, "- "),
    heading: () => prefix(view.state, "## "),
  };
  if (simple[name]) view.dispatch(simple[name]!(), { scrollIntoView: true, userEvent: "input" });
  else if (boxes[name]) place(view, boxes[name]![language]);
  else return false;
  view.focus();
  return true;
}
