// Runs before the first paint: the colours somebody chose, and the mark that scripts run. Kept free of imports.
{
  const root = document.documentElement;
  root.classList.add("scripted");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; then the system's colours hold.
  }
}
