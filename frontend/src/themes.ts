// The choice of colours in the account menu; theme.ts applies it before the next page paints.

export function showThemes(part: ParentNode): void {
  for (const box of part.querySelectorAll<HTMLElement>("[data-theme-switch]")) {
    box.hidden = false;
    const now = document.documentElement.dataset.theme ?? "auto";
    for (const input of box.querySelectorAll("input")) input.checked = input.value === now;
    box.addEventListener("change", (event) => choose((event.target as HTMLInputElement).value));
  }
}

function choose(theme: string): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Not kept then; it still holds on this page.
  }
}
