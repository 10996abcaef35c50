// Findings beside their line: the line is tinted, the sentence stands below it, a mark in the gutter.
import { type EditorState, Facet, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, GutterMarker, WidgetType, gutter } from "@codemirror/view";
import { icon } from "../../page";
import { mend } from "./fixes";
import type { Finding } from "./saver";

export const setFindings = StateEffect.define<Finding[]>();
/** What the buttons of findings are called. */
export const fixNames = Facet.define<Record<string, string>, Record<string, string>>({ combine: (given) => given[0] ?? {} });

class Row extends WidgetType {
  constructor(private readonly finding: Finding) {
    super();
  }
  override eq(other: Row): boolean {
    const [one, two] = [this.finding, other.finding];
    return two.sentence === one.sentence && two.level === one.level && two.line === one.line;
  }
  toDOM(view: EditorView): HTMLElement {
    const row = document.createElement("div");
    row.className = `cm-finding ${kind(this.finding)}`;
    const words = document.createElement("span");
    words.textContent = this.finding.sentence;
    row.append(icon(this.finding.level === "error" ? "info" : "alert"), words);
    if (this.finding.fix) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.fix = this.finding.fix;
      button.textContent = view.state.facet(fixNames)[this.finding.fix] ?? "";
      button.addEventListener("click", () => mend(view, this.finding, view.posAtDOM(row)));
      row.append(button);
    }
    return row;
  }
}

class Sign extends GutterMarker {
  constructor(private readonly level: string) {
    super();
  }
  override eq(other: Sign): boolean {
    return other.level === this.level;
  }
  override toDOM(): Node {
    const sign = document.createElement("span");
    sign.className = `cm-sign ${this.level === "error" ? "bad" : "warn"}`;
    sign.textContent = this.level === "error" ? "●" : "▲";
    return sign;
  }
}

const kind = (finding: Finding): string => (finding.level === "error" ? "bad" : "warn");

function placed(state: EditorState, findings: Finding[]): DecorationSet {
  const ranges = findings.flatMap((finding) => {
    const line = state.doc.line(Math.min(Math.max(finding.line, 1), state.doc.lines));
    const error = findings.some((other) => other.line === finding.line && other.level === "error");
    return [
      Decoration.line({ class: error ? "cm-bad" : "cm-warn" }).range(line.from),
      Decoration.widget({ widget: new Row(finding), block: true, side: 1 }).range(line.to),
    ];
  });
  return Decoration.set(ranges, true);
}

const rows = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, change) {
    for (const effect of change.effects) if (effect.is(setFindings)) return placed(change.state, effect.value);
    return shown.map(change.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const signs = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(shown, change) {
    for (const effect of change.effects) {
      if (!effect.is(setFindings)) continue;
      const worst = new Map<number, string>();
      for (const finding of effect.value) {
        const line = Math.min(Math.max(finding.line, 1), change.state.doc.lines);
        if (worst.get(line) !== "error") worst.set(line, finding.level);
      }
      const found = [...worst].sort(([a], [b]) => a - b).map(([line, level]) => new Sign(level).range(change.state.doc.line(line).from));
      return RangeSet.of<GutterMarker>(found);
    }
    return shown.map(change.changes);
  },
});

export const lints = [rows, signs, gutter({ class: "cm-signs", markers: (view) => view.state.field(signs) })];
