"use client";

import { Moon, Sun } from "lucide-react";

/** Switches between light and dark and remembers it in this browser; `public/theme.js` reads it before the first paint. */
export function ThemeToggle() {
  function toggle() {
    const isDark = document.documentElement.classList.toggle("dark");
    try {
      localStorage.setItem("theme", isDark ? "dark" : "light");
    } catch {
      // Private windows may forbid storage: the choice then lasts as long as the page.
    }
  }
  return (
    <button type="button" className="icon-btn" onClick={toggle} aria-label="Switch between light and dark">
      <Moon className="i moon" aria-hidden="true" />
      <Sun className="i sun" aria-hidden="true" />
    </button>
  );
}
