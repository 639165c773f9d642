/** Pages and the key that leads to each after `g`; in the order of the tabs, and Help, which has none. */
export const PAGES = [
  { key: "o", href: "/", label: "Overview" },
  { key: "r", href: "/run", label: "Run" },
  { key: "h", href: "/runs", label: "Runs" },
  { key: "s", href: "/schema", label: "Schema" },
  { key: "p", href: "/plan", label: "Plan" },
  { key: "c", href: "/coverage", label: "Coverage" },
  { key: "a", href: "/set-aside", label: "Set aside" },
  { key: "u", href: "/audit", label: "Audit" },
  { key: "?", href: "/help", label: "Help" },
] as const;

/** A key of its own and what it does. */
interface Shortcut {
  keys: string;
  does: string;
}

/** What single keys do, for the list of them; a modifier is needed for none. */
export const SHORTCUTS: { where: string; shortcuts: Shortcut[] }[] = [
  {
    where: "Everywhere",
    shortcuts: [
      { keys: "?", does: "List of keys" },
      ...PAGES.map(({ key, label }) => ({ keys: `g ${key}`, does: label })),
    ],
  },
  {
    where: "On the page of a run",
    shortcuts: [
      { keys: "/", does: "Search the log" },
      { keys: "f", does: "Follow the end of the log, or stop" },
      { keys: "w", does: "Next warning or error" },
      { keys: "e", does: "First error" },
      { keys: "p", does: "Pause or resume" },
    ],
  },
];

/** What a key asks for. */
export type KeyCommand = { open: "palette" | "help" } | { href: string };

/** A key as it was pressed, where, and while what. */
export interface KeyPress {
  key: string;
  /** ⌘ or Ctrl, and neither Alt nor Shift. */
  isCommand: boolean;
  /** Any of ⌘, Ctrl, Alt. */
  isChord: boolean;
  isTyping: boolean;
  isDialogOpen: boolean;
}

/**
 * What a key means, and whether the next one is the second of two. Pure.
 *
 * @param isSecond whether the key before was `g`.
 * @param areOn whether keys without a modifier do anything; ⌘K always does. Source: WCAG 2.2, 2.1.4.
 */
export function readKey(
  press: KeyPress,
  { isSecond, areOn }: { isSecond: boolean; areOn: boolean },
): { command: KeyCommand | null; isFirst: boolean } {
  const nothing = { command: null, isFirst: false };
  if (press.isDialogOpen) return nothing;
  if (press.isCommand && press.key.toLowerCase() === "k") return { command: { open: "palette" }, isFirst: false };
  if (!areOn || press.isTyping || press.isChord) return nothing;
  if (isSecond) {
    const page = PAGES.find(({ key }) => key === press.key);
    return page === undefined ? nothing : { command: { href: page.href }, isFirst: false };
  }
  if (press.key === "?") return { command: { open: "help" }, isFirst: false };
  return { command: null, isFirst: press.key === "g" };
}

const STORED_AS = "shortcuts";
const listeners = new Set<() => void>();
/** The choice of this page, where the browser keeps none. */
let chosen: boolean | null = null;

/** Whether keys without a modifier do anything in this browser. On unless switched off. */
export function areShortcutsOn(): boolean {
  if (chosen !== null) return chosen;
  try {
    return localStorage.getItem(STORED_AS) !== "off";
  } catch {
    return true;
  }
}

/** Switches keys without a modifier on or off, and remembers it in this browser. */
export function switchShortcuts(areOn: boolean): void {
  chosen = areOn;
  try {
    localStorage.setItem(STORED_AS, areOn ? "on" : "off");
  } catch {
    // Private windows may forbid storage: the choice then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

/** Hears of each switch; gives what ends that. */
export function onShortcutsSwitched(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
