"use client";

import { useEffect, useRef } from "react";
import { areShortcutsOn } from "@/lib/client/shortcuts";

/** Calls `onPress` for a key of its own, unless somebody types, a dialog is open or such keys are switched off. */
export function useKey(key: string, onPress: () => void): void {
  const newest = useRef(onPress);
  newest.current = onPress;
  useEffect(() => {
    function press(event: KeyboardEvent) {
      const isTyping = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      const isChord = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
      if (
        event.key !== key ||
        event.defaultPrevented ||
        !areShortcutsOn() ||
        isTyping ||
        isChord ||
        document.querySelector("dialog[open]") !== null
      )
        return;
      event.preventDefault();
      newest.current();
    }
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [key]);
}
