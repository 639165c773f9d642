"use client";

import { X } from "lucide-react";
import Link from "next/link";
import { useId } from "react";
import { KeyTable } from "@/components/help/key-table";
import type { CommandDialogProps } from "@/components/palette/commands";
import { useOpenDialog } from "@/components/palette/use-open-dialog";
import { useShortcutsOn } from "@/components/palette/use-shortcuts-on";
import { switchShortcuts } from "@/lib/client/shortcuts";

/** Every key, what it does, and the switch for those without a modifier. */
export function ShortcutList({ onClose }: CommandDialogProps) {
  const { ref, close, closeBeside } = useOpenDialog();
  const areOn = useShortcutsOn();
  const [title, hint] = [useId(), useId()];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it too
    <dialog ref={ref} className="dialog small" aria-labelledby={title} onClose={onClose} onClick={closeBeside}>
      <header>
        <h2 id={title}>Keys</h2>
        <button type="button" className="icon-btn" aria-label="Close" onClick={close}>
          <X className="i" aria-hidden="true" />
        </button>
      </header>
      <div className={`in ${areOn ? "" : "muted"}`}>
        <KeyTable />
        <p className="mt-4 sm">
          <Link href="/help" onClick={close}>
            What the words mean, and where the recovery guide went
          </Link>
        </p>
      </div>
      <footer>
        <label className="switch">
          <input
            type="checkbox"
            role="switch"
            aria-checked={areOn}
            checked={areOn}
            aria-describedby={hint}
            onChange={(event) => switchShortcuts(event.target.checked)}
          />
          Keys without a modifier
        </label>
        <p className="xs muted" id={hint}>
          {areOn
            ? "Switch them off where speech or a screen reader presses them for you."
            : "Off in this browser. The palette goes on."}
        </p>
      </footer>
    </dialog>
  );
}
