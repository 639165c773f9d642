"use client";

import { useCommands } from "@/components/palette/commands";
import { useShortcutsOn } from "@/components/palette/use-shortcuts-on";

/** The keys worth knowing, at the foot of every page; a press lists all. */
export function KeyHints() {
  const open = useCommands();
  const areOn = useShortcutsOn();
  return (
    <>
      <button type="button" className="keys-btn" aria-haspopup="dialog" onClick={() => open("help")}>
        {areOn ? <kbd>?</kbd> : null} {areOn ? "keys" : "keys are off"}
      </button>
      {areOn ? (
        <span className="hide-s" aria-hidden="true">
          <kbd>g</kbd> <kbd>s</kbd> schema
        </span>
      ) : null}
    </>
  );
}
