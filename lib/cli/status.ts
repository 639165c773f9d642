import type { AddCommand } from "@/lib/cli/command";
import { plain, type Terminal } from "@/lib/cli/terminal";
import { formatCount, formatTime, toTable } from "@/lib/cli/text";
import type { Finding, PhaseStatus, Status } from "@/lib/contract";
import { readStatus } from "@/lib/migration";

/** `status`: what state the database is in, and the one next thing to do. Exit code 4 where it is unsupported. */
export const addStatus: AddCommand = (program, start) => {
  program
    .command("status")
    .description("say what state the database is in: version, phases, findings")
    .action(
      start(async ({ terminal, target }) => {
        const status = await readStatus(await target());
        if (terminal.isJson) terminal.json(status);
        else printStatus(terminal, status);
        return status.verdict === "unsupported" ? 4 : 0;
      }),
    );
};

function printStatus(terminal: Terminal, status: Status): void {
  const { colors } = terminal;
  const { name, user, host, port, schema, server } = status.database;
  const { recorded, observed, target } = status.version;
  const versions = `recorded ${recorded ?? "none"}, observed ${observed ?? "unknown"}, target ${target}`;
  for (const line of toTable([
    [colors.dim("Database"), plain(`${name} on ${host}:${port} as ${user}, schema ${schema}, PostgreSQL ${server}`)],
    [colors.dim("Version"), plain(versions)],
    [
      colors.dim("Verdict"),
      `${toVerdict(terminal, status.verdict)}${status.message ? plain(`: ${status.message}`) : ""}`,
    ],
  ])) {
    terminal.line(line);
  }
  if (status.verdict === "unsupported") return;
  printActiveRun(terminal, status);
  terminal.line();
  for (const line of toTable(status.phases.map((phase) => toPhaseRow(terminal, phase)))) terminal.line(line);
  printFindings(terminal, status.findings);
  terminal.line();
  terminal.line(`${colors.dim("Next")}  ${toNextStep(status)}`);
}

function toVerdict({ colors }: Terminal, verdict: Status["verdict"]): string {
  switch (verdict) {
    case "migrated":
      return colors.green(verdict);
    case "ready":
      return colors.bold(verdict);
    case "partial":
      return colors.yellow(verdict);
    default:
      return colors.red(verdict);
  }
}

function printActiveRun(terminal: Terminal, { activeRun }: Status): void {
  if (activeRun === null) return;
  const { id, kind, status, phase, startedAt, startedBy } = activeRun;
  const where = phase === null ? "" : `, in ${phase}`;
  terminal.line(plain(`Run ${id} (${kind}) is ${status}${where}, started ${formatTime(startedAt)} by ${startedBy}`));
}

function toPhaseRow({ colors }: Terminal, phase: PhaseStatus): string[] {
  const { number, id, state, objects, rows } = phase;
  const colour = { complete: colors.green, pending: colors.dim, partial: colors.yellow, blocked: colors.red }[state];
  const counted = rows === null ? "" : `${formatCount(rows.done)}/${formatCount(rows.total)} rows`;
  const exactness = rows === null ? "" : colors.dim(rows.exact ? "exact" : "estimate");
  return [`${number}`, id, colour(state), `${objects.done}/${objects.total} objects`, counted, exactness];
}

/** Errors and warnings whole; the rest, what a pending phase will create anyway, as a number. */
export function printFindings(terminal: Terminal, findings: Finding[]): void {
  const { colors } = terminal;
  const loud = findings.filter((finding) => finding.severity !== "info");
  for (const { severity, kind, object, message, remedy } of loud) {
    const label = severity === "error" ? colors.red("error") : colors.yellow("warning");
    terminal.line();
    terminal.line(`${label}  ${kind}  ${plain(object)}`);
    terminal.line(`  ${plain(message)}`);
    terminal.line(`  ${colors.dim(plain(remedy))}`);
  }
  const quiet = findings.length - loud.length;
  if (quiet === 0) return;
  terminal.line();
  terminal.line(colors.dim(`${formatCount(quiet)} findings for information: status --json lists them`));
}

function toNextStep({ verdict, activeRun, version, findings }: Status): string {
  if (activeRun !== null) return `tidemark logs ${activeRun.id} --follow`;
  switch (verdict) {
    case "ready":
      return "tidemark plan, then tidemark migrate";
    case "partial":
      return "tidemark migrate completes it; tidemark reset --preview shows the way back to v15";
    case "drifted":
      return version.observed === "v15" && findings.some(({ kind }) => kind === "wrong-version")
        ? "tidemark migrate, or tidemark reset --preview to record 15"
        : "tidemark plan, then tidemark migrate";
    case "migrated":
      return findings.some(({ kind }) => kind === "open-rows") ? "tidemark catch-up" : "tidemark verify";
    case "unsupported":
      return "";
  }
}
