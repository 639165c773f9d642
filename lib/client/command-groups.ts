import { formatAge } from "@/lib/client/format";
import { PAGES } from "@/lib/client/shortcuts";
import type { ActiveRun, RunSummary } from "@/lib/contract";

/** What a command does. */
export type CommandEffect =
  | { kind: "go"; href: string }
  | { kind: "pause" | "resume"; runId: number }
  | { kind: "theme" | "shortcuts" | "help" };

/** A line of the command palette. */
export interface PaletteCommand {
  label: string;
  /** Beside it: its key, or what is to be known before it is chosen. */
  hint: string;
  /** Other words it is found by. */
  keywords: string[];
  effect: CommandEffect;
  /** Why it cannot be chosen; left out or null where it can. */
  whyNot?: string | null;
}

/** Runs that the palette offers: older ones are on the page of all runs. */
const SHOWN_RUNS = 5;

const TABLES = ["session_summaries", "ip_inventory", "asn_inventory", "ip_asn_history"];

/**
 * What can be done now, by kind. Whatever changes the database, but for pause and resume, leads to the page that says
 * what it means before it is done. Pure.
 */
export function toCommandGroups(given: {
  activeRun: ActiveRun | null;
  runs: readonly RunSummary[];
  areShortcutsOn: boolean;
  /** Why whoever asks may change no run; null where they may. */
  whyNotSteer: string | null;
  now: number;
}): { heading: string; commands: PaletteCommand[] }[] {
  const { activeRun, runs, areShortcutsOn, whyNotSteer, now } = given;
  const groups = [
    { heading: "Do", commands: activeRun === null ? IDLE : toRunCommands(activeRun, whyNotSteer) },
    {
      heading: "Pages",
      commands: [
        ...PAGES.map(({ label, href, key }) => go(label, href, areShortcutsOn ? `g ${key}` : "")),
        go("Schema, only differences", "/schema?only=differences", "", ["drift"]),
      ],
    },
    {
      heading: "Runs",
      commands: runs
        .slice(0, SHOWN_RUNS)
        .map(({ id, kind, status, startedAt }) =>
          go(`Run ${id}`, `/runs/${id}`, `${kind}, ${status}, ${formatAge(now - Date.parse(startedAt))}`, [
            kind,
            status,
          ]),
        ),
    },
    { heading: "Tables", commands: TABLES.map((name) => go(name, `/schema#table-${name}`, "on Schema")) },
    {
      heading: "This browser",
      commands: [
        toOwn("Switch between light and dark", "theme", ["theme"]),
        toOwn(`Switch keys without a modifier ${areShortcutsOn ? "off" : "on"}`, "shortcuts", ["shortcuts"]),
        { ...toOwn("List of keys", "help", ["shortcuts", "keyboard"]), hint: areShortcutsOn ? "?" : "" },
      ],
    },
  ];
  return groups.filter(({ commands }) => commands.length > 0);
}

const IDLE: PaletteCommand[] = [
  go("Run migration or catch up…", "/", "on the Overview", ["start"]),
  go("Reset to v15…", "/", "on the Overview"),
  go("Copy or download the plan…", "/plan", "on Plan", ["sql"]),
];

function toRunCommands({ id, status }: ActiveRun, whyNot: string | null): PaletteCommand[] {
  const follow = go(`Follow run ${id}`, `/runs/${id}`, status);
  const isHeld = status === "paused" || status === "pausing";
  const held = { keywords: [], hint: "it keeps the database", whyNot };
  if (isHeld) return [follow, { ...held, label: `Resume run ${id}`, effect: { kind: "resume", runId: id } }];
  if (status !== "running") return [follow];
  return [
    follow,
    { ...held, label: `Pause run ${id}`, effect: { kind: "pause", runId: id } },
    go(`Cancel run ${id}…`, `/runs/${id}`, "on its page"),
  ];
}

function go(label: string, href: string, hint: string, keywords: string[] = []): PaletteCommand {
  return { label, hint, keywords, effect: { kind: "go", href } };
}

function toOwn(label: string, kind: "theme" | "shortcuts" | "help", keywords: string[]): PaletteCommand {
  return { label, hint: "", keywords, effect: { kind } };
}
