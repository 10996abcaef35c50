// How answers are read from the controls of a question and put back into them. The element around the controls says by
// data-response which shape its answer has; a new kind of question with one of these shapes needs nothing here.
//   one      a radio button            many   check boxes           text     one field      number   one field
//   texts    a field or select each, named response:1, response:2 …  pairs    radio buttons or selects worth "left=right"
//   order    selects worth "id=place", in a <sortable-list> whose lines have data-id
export type Given = string | number | string[] | string[][];
type Field = HTMLInputElement | HTMLSelectElement;

interface Shape {
  /** What is given, or null where there is nothing to send. */
  read: (fields: Field[], root: HTMLElement) => Given | null;
  write: (fields: Field[], given: Given, root: HTMLElement) => void;
}

const ticked = (field: Field): boolean => field instanceof HTMLSelectElement || field.checked;
const chosen = (fields: Field[]): string[] => fields.filter(ticked).map((field) => field.value);
const texts = (given: Given): string[] => (Array.isArray(given) ? given.map(String) : [String(given)]);
const split = (value: string): [string, string] => {
  const at = value.indexOf("=");
  return [value.slice(0, at), value.slice(at + 1)];
};

/** Tick or pick what is among `values`; a select with none of them goes back to its first option. */
function pick(fields: Field[], values: string[]): void {
  for (const field of fields) {
    if (field instanceof HTMLInputElement) field.checked = values.includes(field.value);
    else field.selectedIndex = Math.max(0, [...field.options].findIndex((option) => values.includes(option.value)));
  }
}

const typed: Shape = {
  read: ([field]) => field?.value ?? null,
  write: ([field], given) => {
    if (field) field.value = texts(given)[0] ?? "";
  },
};

const shapes: Record<string, Shape> = {
  one: { read: (fields) => chosen(fields)[0] ?? null, write: (fields, given) => pick(fields, texts(given)) },
  many: { read: chosen, write: (fields, given) => pick(fields, texts(given)) },
  text: typed,
  number: {
    ...typed,
    read: ([field]) => {
      const value = field?.value.trim() ?? "";
      return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : (field?.value ?? null);
    },
  },
  texts: {
    read: (fields) => fields.map((field) => field.value),
    write: (fields, given) => fields.forEach((field, n) => (field.value = texts(given)[n] ?? "")),
  },
  pairs: {
    read: (fields) => chosen(fields).map(split).filter(([, right]) => right !== ""),
    write: (fields, given) => pick(fields, Array.isArray(given) ? given.map((pair) => (Array.isArray(pair) ? pair.join("=") : pair)) : []),
  },
  order: {
    read: (fields) => {
      const places = fields.map((field) => split(field.value)).filter(([, place]) => place !== "");
      if (places.length < fields.length || new Set(places.map(([, place]) => place)).size < fields.length) return null;
      return places.sort(([, one], [, other]) => Number(one) - Number(other)).map(([id]) => id);
    },
    write: (fields, given, root) => {
      const ids = texts(given);
      pick(fields, ids.map((id, n) => `${id}=${n + 1}`));
      const lines = ids.map((id) => root.querySelector(`li[data-id="${CSS.escape(id)}"]`)).filter((line) => line !== null);
      lines[0]?.parentElement?.append(...lines);
      root.dispatchEvent(new Event("arranged"));
    },
  },
};

/** The controls of an answer; those with a number stand in its order, whatever the order of the language. */
function controls(root: HTMLElement): Field[] {
  const number = (field: Field): number => Number(field.name.split(":")[1]) || 0;
  const all = [...root.querySelectorAll<Field>("input, select")].filter(isAnswer);
  return all.every(number) ? all.sort((one, other) => number(one) - number(other)) : all;
}

/** Whether a control is a part of the answer. */
export function isAnswer(field: EventTarget | null): field is Field {
  return (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && /^response(:|$)/.test(field.name);
}

const within = (sheet: HTMLElement): HTMLElement | null => sheet.querySelector<HTMLElement>("[data-response]");

/** What is given on a sheet, or null where there is nothing to send. */
export function given(sheet: HTMLElement): Given | null {
  const root = within(sheet);
  return root ? (shapes[root.dataset.response ?? ""]?.read(controls(root), root) ?? null) : null;
}

/** Put an answer back into its controls. */
export function giveBack(sheet: HTMLElement, answer: Given): void {
  const root = within(sheet);
  if (root) shapes[root.dataset.response ?? ""]?.write(controls(root), answer, root);
}

/** The radio button or check box that a digit chooses: in the group one is in, else in the first one still open. */
export function choice(sheet: HTMLElement, digit: string): HTMLInputElement | undefined {
  const root = within(sheet);
  if (!root) return undefined;
  const groups = root.dataset.keys === undefined ? [root] : [...root.querySelectorAll<HTMLElement>("fieldset")];
  const group = groups.find((each) => each.contains(document.activeElement)) ?? groups.find((each) => !each.querySelector(":checked")) ?? groups[0];
  const boxes = [...(group?.querySelectorAll<HTMLInputElement>("input[type=radio], input[type=checkbox]") ?? [])];
  return boxes.find((box) => box.dataset.key === digit) ?? (boxes[0]?.dataset.key === undefined ? boxes[Number(digit) - 1] : undefined);
}

/** Whether somebody has answered before this script was there: on a slow line a page is seen before it works. */
export function answeredEarly(root: HTMLElement): boolean {
  const [entry] = performance.getEntriesByType("navigation");
  if (entry instanceof PerformanceNavigationTiming && entry.type !== "navigate") return false; // a browser fills in what it remembers
  return [...root.querySelectorAll<HTMLInputElement>("input")].some((field) => {
    if (!isAnswer(field)) return false;
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    return field.type === "text" && field.value !== field.defaultValue;
  });
}
