// What became of answers that had waited in this browser: how many were saved, and which were refused and why.
import { recall, remember, text } from "../page";

export interface Refused {
  position: number;
  why: string;
}

export interface Outcome {
  saved: number;
  refused: Refused[];
}

const key = (attempt: string): string => `onramp:refused:${attempt}`;

/** Keep it until somebody has read it, on whatever page they come to next. */
export function keep(attempt: string, outcome: Outcome): void {
  const before = recall<Outcome>("local", key(attempt), { saved: 0, refused: [] });
  remember("local", key(attempt), { saved: before.saved + outcome.saved, refused: [...before.refused, ...outcome.refused] });
}

/** Take what was kept; it is told once. */
export function kept(attempt: string): Outcome {
  const found = recall<Outcome>("local", key(attempt), { saved: 0, refused: [] });
  remember("local", key(attempt), undefined);
  return found;
}

/** Write it into the note [data-sent] of `page`: one line, and one for each answer that does not count. */
export function tell(page: HTMLElement, outcome: Outcome): void {
  const note = page.querySelector<HTMLElement>("[data-sent]");
  if (!note || outcome.saved + outcome.refused.length === 0) return;
  const { saved, refused } = outcome;
  const line = document.createElement("p");
  line.textContent = text(note, refused.length > 0 ? "sums" : "all", { saved, refused: refused.length });
  const list = document.createElement("ul");
  for (const { position, why } of refused) {
    const item = document.createElement("li");
    item.textContent = text(note, "each", { number: position, why });
    list.append(item);
  }
  note.querySelector("div")?.replaceChildren(line, ...(refused.length > 0 ? [list] : []));
  note.hidden = false;
}
