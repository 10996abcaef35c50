// <row-list>: rows of fields of a form, of which some stand in <details data-more> for whoever has no scripts. With scripts
// the empty ones of those are hidden until the button is pressed that adds the next one.
//   [data-row]   details[data-more]   button[data-add] hidden
export class RowList extends HTMLElement {
  connectedCallback(): void {
    const more = this.querySelector<HTMLDetailsElement>("details[data-more]");
    const button = this.querySelector<HTMLButtonElement>("button[data-add]");
    if (!more || !button) return;
    const rows = [...more.querySelectorAll<HTMLElement>("[data-row]")];
    for (const row of rows) row.hidden = !written(row);
    more.before(...rows);
    more.remove();
    button.hidden = rows.every((row) => !row.hidden);
    button.addEventListener("click", () => {
      const next = rows.find((row) => row.hidden);
      if (next) next.hidden = false;
      button.hidden = rows.every((row) => !row.hidden);
      next?.querySelector<HTMLElement>("textarea, select, input:not([type=hidden])")?.focus();
    });
  }
}

/** Say whether somebody has written into a row, which a browser may bring back on the way back to the page. */
function written(row: HTMLElement): boolean {
  return [...row.querySelectorAll("textarea")].some((field) => field.value.trim() !== "");
}

customElements.define("row-list", RowList);
