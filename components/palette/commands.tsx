"use client";

import { useRouter } from "next/navigation";
import { type ComponentType, createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { areShortcutsOn, type KeyPress, readKey } from "@/lib/client/shortcuts";

/** How long after `g` a letter still belongs to it, in milliseconds. */
const SECOND_KEY_MS = 1_500;

type Dialog = "palette" | "help";

/** What a dialog of this folder is given. */
export interface CommandDialogProps {
  onClose: () => void;
  /** Opens the other one in its place. */
  onOpen: (dialog: Dialog) => void;
}

const Commands = createContext<(dialog: Dialog) => void>(() => {});

/** Opens the command palette or the list of keys. */
export function useCommands(): (dialog: Dialog) => void {
  return useContext(Commands);
}

/** Loaded when they are asked for first: no page waits for them. */
const DIALOGS: Record<Dialog, () => Promise<ComponentType<CommandDialogProps>>> = {
  palette: () => import("@/components/palette/command-palette").then((module) => module.CommandPalette),
  help: () => import("@/components/palette/shortcut-list").then((module) => module.ShortcutList),
};

/** Listens for keys, and shows palette and list over whatever is below. */
export function CommandsProvider({ children }: { children: ReactNode }) {
  const router = useRouter();
  const [Shown, setShown] = useState<ComponentType<CommandDialogProps> | null>(null);

  // Where it cannot be loaded, the console does not answer, which the strip below the tabs says.
  const open = useCallback((dialog: Dialog) => {
    DIALOGS[dialog]().then(
      (loaded) => setShown(() => loaded),
      () => {},
    );
  }, []);

  useEffect(() => {
    let since = Number.NEGATIVE_INFINITY;
    function press(event: KeyboardEvent) {
      // A modifier on its own is no key yet.
      if (event.repeat || ["Shift", "Control", "Meta", "Alt"].includes(event.key)) return;
      const isSecond = event.timeStamp - since < SECOND_KEY_MS;
      const { command, isFirst } = readKey(toKeyPress(event), { isSecond, areOn: areShortcutsOn() });
      since = isFirst ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (command === null) return;
      // The page below must not take the second of two keys for one of its own.
      event.stopImmediatePropagation();
      event.preventDefault();
      if ("href" in command) router.push(command.href);
      else open(command.open);
    }
    addEventListener("keydown", press, { capture: true });
    return () => removeEventListener("keydown", press, { capture: true });
  }, [router, open]);

  return (
    <Commands value={open}>
      {children}
      {Shown === null ? null : <Shown onClose={() => setShown(null)} onOpen={open} />}
    </Commands>
  );
}

function toKeyPress(event: KeyboardEvent): KeyPress {
  const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
  return {
    key,
    isCommand: (ctrlKey || metaKey) && !altKey && !shiftKey,
    isChord: ctrlKey || metaKey || altKey,
    isTyping:
      target instanceof HTMLElement && (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable),
    isDialogOpen: document.querySelector("dialog[open]") !== null,
  };
}
