"use client";

import { Moon, Sun } from "lucide-react";
import { switchTheme } from "@/lib/client/theme";

/** The button that switches between light and dark. */
export function ThemeToggle() {
  return (
    <button type="button" className="icon-btn" onClick={switchTheme} aria-label="Switch between light and dark">
      <Moon className="i moon" aria-hidden="true" />
      <Sun className="i sun" aria-hidden="true" />
    </button>
  );
}
