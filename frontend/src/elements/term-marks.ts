// <term-marks within="selector">: marks the first occurrence of each of its terms in a text, with its meaning to open.
//   [data-term='["spelling", …]'] > dt + dd
import { icon, text } from "../page";

const closed = "a, button, code, pre, h1, h2, h3, summary, form, .flow, .who, term-marks, .term";
const latin = /[\p{Script=Latin}\d]/u;

class TermMarks extends HTMLElement {
  connectedCallback(): void {
    const places = [...document.querySelectorAll<HTMLElement>(this.getAttribute("within") ?? ".read")];
    for (const entry of this.querySelectorAll<HTMLElement>("[data-term]")) this.#mark(entry, places);
  }

  #mark(entry: HTMLElement, places: HTMLElement[]): void {
    const spellings = (JSON.parse(entry.dataset.term ?? "[]") as string[]).sort((a, b) => b.length - a.length);
    for (const place of places) {
      const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
        if (node.parentElement?.closest(closed)) continue;
        const found = occurrence(node.data, spellings);
        if (found) return this.#wrap(node, found, entry);
      }
    }
  }

  #wrap(node: Text, [start, end]: [number, number], entry: HTMLElement): void {
    const word = node.splitText(start);
    const rest = word.splitText(end - start);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "term";
    const bubble = this.#bubble(entry);
    button.setAttribute("popovertarget", bubble.id);
    button.append(word);
    rest.before(button);
    document.body.append(bubble);
    bubble.addEventListener("beforetoggle", (event) => {
      if ((event as ToggleEvent).newState === "open") requestAnimationFrame(() => put(bubble, button));
    });
  }

  #bubble(entry: HTMLElement): HTMLElement {
    const bubble = document.createElement("div");
    bubble.id = `${entry.id}-bubble`;
    bubble.className = "bubble";
    bubble.setAttribute("popover", "auto");
    const name = document.createElement("b");
    name.textContent = entry.querySelector("dt")?.textContent ?? "";
    const words = document.createElement("p");
    words.textContent = entry.querySelector("dd")?.textContent ?? "";
    const shut = document.createElement("button");
    shut.type = "button";
    shut.className = "btn icon dense";
    shut.setAttribute("popovertarget", bubble.id);
    shut.setAttribute("popovertargetaction", "hide");
    shut.setAttribute("aria-label", text(this, "close"));
    shut.append(icon("x"));
    bubble.append(name, words, shut);
    return bubble;
  }
}

/** Where one of `spellings` stands in `words` as a word of its own; Chinese stands anywhere. */
function occurrence(words: string, spellings: string[]): [number, number] | null {
  const plain = words.toLowerCase();
  for (const spelling of spellings) {
    const wanted = spelling.toLowerCase();
    for (let at = plain.indexOf(wanted); at >= 0 && wanted; at = plain.indexOf(wanted, at + 1)) {
      let end = at + wanted.length;
      if (latin.test(wanted.at(-1) ?? "") && plain.startsWith("s", end)) end += 1;
      const cut = (edge: string | undefined, beside: string | undefined): boolean => latin.test(edge ?? "") && latin.test(beside ?? "");
      if (!cut(plain[at], plain[at - 1]) && !cut(plain[end - 1], plain[end])) return [at, end];
    }
  }
  return null;
}

/** Put a bubble below its word, or above where there is more room, inside the window. */
function put(bubble: HTMLElement, button: HTMLElement): void {
  const word = button.getBoundingClientRect();
  const size = bubble.getBoundingClientRect();
  const below = word.bottom + 6 + size.height <= innerHeight || word.top < innerHeight / 2;
  bubble.style.left = `${Math.max(8, Math.min(word.left, innerWidth - size.width - 8))}px`;
  bubble.style.top = `${Math.max(8, below ? word.bottom + 6 : word.top - size.height - 6)}px`;
}

customElements.define("term-marks", TermMarks);
