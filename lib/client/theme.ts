/** Switches between light and dark and remembers it in this browser; `public/theme.js` reads it before the first paint. */
export function switchTheme(): void {
  const isDark = document.documentElement.classList.toggle("dark");
  try {
    localStorage.setItem("theme", isDark ? "dark" : "light");
  } catch {
    // Private windows may forbid storage: the choice then lasts as long as the page.
  }
}
