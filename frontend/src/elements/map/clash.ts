// Two windows changed one map: both texts are shown, and the reader keeps one, the other, or both.
import { text } from "../../page";
import { inserted, opened, type Item, type Stored } from "./edit";
import type { Kept } from "./saving";

export type Choice = "mine" | "theirs" | "both";

const lines = (tree: Stored, depth = 0): string[] => [`${"  ".repeat(depth)}${tree.text}`, ...(tree.children ?? []).flatMap((child) => lines(child, depth + 1))];

export class Clash {
  #theirs: Kept | undefined;

  constructor(private readonly host: HTMLElement) {}

  #part<T extends HTMLElement = HTMLElement>(name: string): T | null {
    return this.host.querySelector<T>(`[data-${name}]`);
  }

  /** Show what the other window kept, beside what is here. */
  show(theirs: Kept): void {
    this.#theirs = theirs;
    const box = this.#part("conflict");
    if (box) box.hidden = false;
    const other = this.#part("other");
    if (other) other.textContent = lines(theirs.tree).join("\n");
    box?.querySelector<HTMLElement>("button")?.focus();
  }

  /** Return what the other window kept, once, and put the question away. */
  settle(): Kept | undefined {
    const theirs = this.#theirs;
    this.#theirs = undefined;
    const box = this.#part("conflict");
    if (theirs && box) box.hidden = true;
    return theirs;
  }

  /** The tree that a choice comes to; both: theirs is a branch of mine. */
  chosen(choice: Choice, mine: Item, theirs: Kept): Item {
    if (choice === "mine") return mine;
    const other = opened(theirs.tree);
    if (choice === "theirs") return other;
    return inserted(mine, mine.id, mine.children.length, { ...other, text: text(this.host, "other", { text: other.text }) });
  }
}
