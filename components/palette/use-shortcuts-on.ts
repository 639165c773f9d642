"use client";

import { useSyncExternalStore } from "react";
import { areShortcutsOn, onShortcutsSwitched } from "@/lib/client/shortcuts";

/** Whether keys without a modifier do anything in this browser. */
export function useShortcutsOn(): boolean {
  return useSyncExternalStore(onShortcutsSwitched, areShortcutsOn, () => true);
}
