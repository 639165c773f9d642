import type { ExitCode } from "@/lib/cli/command";
import { plain, type Terminal } from "@/lib/cli/terminal";
import { DOCTOR_IDS, type DoctorCheck, type DoctorReport } from "@/lib/contract";

type Id = DoctorCheck["id"];

/** Found as it should be. Pure. */
export const ok = (id: Id, found: string): DoctorCheck => ({ id, state: "ok", found, remedy: null });

/** Works, and could be better. Pure. */
export const warn = (id: Id, found: string, remedy: string): DoctorCheck => ({ id, state: "warning", found, remedy });

/** Keeps commands from working. Pure. */
export const fail = (id: Id, found: string, remedy: string): DoctorCheck => ({ id, state: "error", found, remedy });

/** Nothing but what comes before can be said about `first` and all that follow. Pure. */
export function skipFrom(first: Id): DoctorCheck[] {
  return DOCTOR_IDS.slice(DOCTOR_IDS.indexOf(first)).map((id) => ({
    id,
    state: "skipped",
    found: "not looked at: what is above comes first",
    remedy: null,
  }));
}

/** 2 for settings, 4 for the database, as any other command would end; a warning stops none. Pure. */
export function toExitCode({ checks }: DoctorReport): ExitCode {
  const first = checks.find(({ state }) => state === "error");
  if (first === undefined) return 0;
  return DOCTOR_IDS.indexOf(first.id) < DOCTOR_IDS.indexOf("connection") ? 2 : 4;
}

const MARKS = { ok: "✓", warning: "!", error: "✗", skipped: "-" } as const;
const COLOURS = { ok: "green", warning: "yellow", error: "red", skipped: "dim" } as const;

/** For a person: one line each, what to do below it, and a sum. */
export function printReport(terminal: Terminal, { checks }: DoctorReport): void {
  const { colors } = terminal;
  const width = Math.max(...DOCTOR_IDS.map((id) => id.length));
  for (const { id, state, found, remedy } of checks) {
    const mark = colors[COLOURS[state]](MARKS[state]);
    const text = state === "skipped" ? colors.dim(found) : plain(found);
    terminal.line(`${mark} ${colors.dim(id.padEnd(width))}  ${text}`);
    if (remedy !== null) terminal.line(`  ${" ".repeat(width)}  ${colors.bold("→")} ${plain(remedy)}`);
  }
  const count = (state: DoctorCheck["state"]) => checks.filter((check) => check.state === state).length;
  terminal.line();
  terminal.line(summarise(count("error"), count("warning")));
}

function summarise(errors: number, warnings: number): string {
  const some = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  if (errors > 0) return `${some(errors, "problem")} to mend, ${some(warnings, "warning")}.`;
  return warnings > 0 ? `Nothing in the way, ${some(warnings, "warning")}.` : "Nothing in the way.";
}
