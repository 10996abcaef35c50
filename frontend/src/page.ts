// What every script asks of the page: its texts, its token, its icons.

/** The sentence in data-text-<name> of `element`, with {words} filled in. */
export function text(element: HTMLElement, name: string, words: Record<string, string | number> = {}): string {
  const sentence = element.getAttribute(`data-text-${name}`) ?? "";
  return sentence.replace(/\{(\w+)\}/g, (whole, word: string) => String(words[word] ?? whole));
}

/** A sentence that every page carries. */
export function common(name: string): string {
  const holder = document.getElementById("texts");
  return holder ? text(holder, name) : "";
}

const meta = (name: string): string => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";

export const token = (): string => meta("csrf-token");

/** An icon of the sprite; a word must stand beside it. */
export function icon(name: string): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${meta("icons")}#${name}`);
  svg.append(use);
  return svg;
}

/** Send JSON or a form with the token; it outlives the page, unless it is too large for that. */
export function send(method: string, url: string, body: FormData | object, keepalive = true): Promise<Response> {
  const form = body instanceof FormData;
  const headers: Record<string, string> = { "X-CSRFToken": token(), "X-Requested-With": "fetch", Accept: "application/json" };
  if (!form) headers["Content-Type"] = "application/json";
  return fetch(url, { method, headers, body: form ? body : JSON.stringify(body), credentials: "same-origin", keepalive });
}

/** The sentence of a problem+json answer, or "". */
export function detail(problem: string): string {
  try {
    const said: unknown = (JSON.parse(problem) as { detail?: unknown }).detail;
    return typeof said === "string" ? said : "";
  } catch {
    return "";
  }
}

/** Whether the same request may be sent again later: nobody has judged it yet. */
export const passing = (status: number): boolean => status === 401 || status === 408 || status === 429 || status >= 500;

/** The time of day on the wall of the site, as this page's language writes it. */
export function clock(moment: Date): string {
  const { lang, dataset } = document.documentElement;
  return moment.toLocaleTimeString(lang, { timeZone: dataset.zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
}

/** Read and write the browser's storage; where it is forbidden, nothing is kept. */
export function recall<T>(store: "local" | "session", key: string, otherwise: T): T {
  try {
    const found = (store === "local" ? localStorage : sessionStorage).getItem(key);
    return found === null ? otherwise : (JSON.parse(found) as T);
  } catch {
    return otherwise;
  }
}

export function remember(store: "local" | "session", key: string, value: unknown): void {
  try {
    const place = store === "local" ? localStorage : sessionStorage;
    if (value === undefined) place.removeItem(key);
    else place.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage must not stop anybody's work.
  }
}
