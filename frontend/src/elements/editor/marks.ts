// Shows what the text means while it is written: key points, boxes, headings, the head; in YAML the names of values.
import { type Extension, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const lines: [RegExp, string][] = [
  [/^#{2,3}\s/, "cm-title"],
  [/^:::/, "cm-box"],
  [/^(?:```|~~~)/, "cm-box"],
  [/^---\s*$/, "cm-quiet"],
  [/^(?:caller|agent)\s+\d+:\d\d/, "cm-turn"],
];
const spans: [RegExp, string][] = [
  [/==(?=\S)[^=\n]+?==/g, "cm-key"],
  [/\*\*[^*\n]+\*\*/g, "cm-strong"],
  [/!?\[[^\]\n]*\]\([^)\n]*\)/g, "cm-link"],
  [/^(?:title|minutes|competencies|prerequisites):/g, "cm-name"],
];
const yaml: [RegExp, string][] = [
  [/(?<=^\s*(?:- )?|[{,]\s*)[a-z_]+(?=:)/g, "cm-name"],
  [/#[^"'\n]*$/g, "cm-quiet"],
];

function drawn(view: EditorView, inline: [RegExp, string][], whole: [RegExp, string][]): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      const kind = whole.find(([pattern]) => pattern.test(line.text));
      if (kind) builder.add(line.from, line.from, Decoration.line({ class: kind[1] }));
      const text = line.text.slice(0, 2000);
      const found = inline.flatMap(([pattern, name]) => [...text.matchAll(pattern)].map((hit) => ({ start: hit.index, end: hit.index + hit[0].length, name })));
      let done = 0;
      for (const { start, end, name } of found.sort((a, b) => a.start - b.start)) {
        if (start < done || start === end) continue;
        builder.add(line.from + start, line.from + end, Decoration.mark({ class: name }));
        done = end;
      }
      at = line.to + 1;
    }
  }
  return builder.finish();
}

/** Return the highlighting of lesson texts, or of YAML. */
export function marks(isYaml: boolean): Extension {
  const [inline, whole] = isYaml ? [yaml, []] : [spans, lines];
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = drawn(view, inline, whole);
      }
      update(update: ViewUpdate): void {
        if (update.docChanged || update.viewportChanged) this.decorations = drawn(update.view, inline, whole);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}
