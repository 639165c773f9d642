"use client";

import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import type { CommandDialogProps } from "@/components/palette/commands";
import { useOpenDialog } from "@/components/palette/use-open-dialog";
import { useShortcutsOn } from "@/components/palette/use-shortcuts-on";
import { useActions } from "@/components/shell/actions";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useNow } from "@/components/ui/use-now";
import { useRunChange } from "@/components/ui/use-run-action";
import { type CommandEffect, toCommandGroups } from "@/lib/client/command-groups";
import { answeredValue, runsOptions, statusOptions } from "@/lib/client/query-options";
import { switchShortcuts } from "@/lib/client/shortcuts";
import { switchTheme } from "@/lib/client/theme";

/** Everything that can be gone to or done now, found by its name. */
export function CommandPalette({ onClose, onOpen }: CommandDialogProps) {
  const { ref, close, closeBeside } = useOpenDialog();
  const router = useRouter();
  const { pauseRun, resumeRun } = useActions();
  const pause = useRunChange(pauseRun);
  const resume = useRunChange(resumeRun);
  const areOn = useShortcutsOn();
  const groups = toCommandGroups({
    activeRun: answeredValue(useQuery(statusOptions).data)?.activeRun ?? null,
    runs: answeredValue(useQuery(runsOptions).data)?.runs ?? [],
    areShortcutsOn: areOn,
    whyNotSteer: useWhyNotMay("operator"),
    now: useNow(10_000),
  });
  const isHelpNext = useRef(false);
  const input = useRef<HTMLInputElement>(null);
  // The dialog took the focus as it opened; who asked for it wants to type.
  useEffect(() => input.current?.focus(), []);
  const refusal = pause.refusal ?? resume.refusal;

  async function run(effect: CommandEffect) {
    switch (effect.kind) {
      case "go":
        close();
        return router.push(effect.href);
      case "pause":
      case "resume": {
        const change = effect.kind === "pause" ? pause : resume;
        if ((await change.ask({ runId: effect.runId })).ok) close();
        return;
      }
      case "theme":
        return switchTheme();
      case "shortcuts":
        return switchShortcuts(!areOn);
      case "help":
        isHelpNext.current = true;
        return close();
      default:
        return effect satisfies never;
    }
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it too
    <dialog
      ref={ref}
      className="dialog palette"
      aria-label="Command palette"
      onClose={(event) => {
        if (event.target !== ref.current) return;
        onClose();
        // Only now: the focus is back where it was, and will be once more.
        if (isHelpNext.current) onOpen("help");
      }}
      onClick={closeBeside}
    >
      <Command label="Commands" loop>
        <div className="field">
          <Command.Input ref={input} placeholder="Go to a page, a run or a table, or do something" />
        </div>
        {refusal === null ? null : <RefusalPanel refusal={refusal} title="Nothing was changed" />}
        <Command.List label="Commands">
          <Command.Empty>Nothing of that name.</Command.Empty>
          {groups.map(({ heading, commands }) => (
            <Command.Group key={heading} heading={heading}>
              {commands.map(({ label, hint, keywords, effect, whyNot = null }) => (
                <Command.Item
                  key={label}
                  value={label}
                  keywords={keywords}
                  disabled={whyNot !== null}
                  onSelect={() => void run(effect)}
                >
                  <span>{label}</span>
                  <span className="hint">{whyNot ?? hint}</span>
                </Command.Item>
              ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </dialog>
  );
}
