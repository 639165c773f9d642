import type { AddCommand } from "@/lib/cli/command";
import { plain, type Terminal } from "@/lib/cli/terminal";
import { formatCount, formatShare, formatTime, toTable } from "@/lib/cli/text";
import type { Coverage, Gate } from "@/lib/contract";
import { countCoverage } from "@/lib/migration";

/** `coverage`: how much of the honeypot data v16 holds. */
export const addCoverage: AddCommand = (program, start) => {
  program
    .command("coverage")
    .description("print coverage figures, gates and ledger")
    .action(
      start(async ({ terminal, target }) => {
        const coverage = await countCoverage(await target());
        if (terminal.isJson) terminal.json(coverage);
        else printCoverage(terminal, coverage);
        return 0;
      }),
    );
};

/** Figures, values set aside, ledger and gates, for a person. */
export function printCoverage(terminal: Terminal, coverage: Coverage): void {
  const { colors } = terminal;
  const { sessions, inventory, ledger } = coverage;
  const ofSessions = (label: string, count: number) => [label, formatCount(count), formatShare(count, sessions.total)];
  const ofIps = (label: string, count: number) => [label, formatCount(count), formatShare(count, inventory.ips)];
  const rows = [
    ["Sessions", formatCount(sessions.total), ""],
    ofSessions("  open", sessions.open),
    ["  recoverable", formatCount(sessions.recoverable), ""],
    ofSessions("  with address", sessions.withSourceIp),
    ofSessions("  with ASN", sessions.withAsn),
    ofSessions("  with country", sessions.withCountry),
    ofSessions("  with kinds of address", sessions.withIpTypes),
    ["  of the last hour", formatCount(sessions.lastHour.total), `${formatCount(sessions.lastHour.open)} open`],
    ["Addresses", formatCount(inventory.ips), ""],
    ofIps("  with country", inventory.ipsWithCountry),
    ofIps("  with ASN", inventory.ipsWithAsn),
    ofIps("  with both", inventory.ipsWithBoth),
    ["Autonomous systems", formatCount(inventory.asns), ""],
    ...coverage.setAside.map(({ reason, count }) => [`Set aside: ${plain(reason)}`, formatCount(count), ""]),
  ];
  terminal.line(colors.dim(`Measured ${formatTime(coverage.measuredAt)}, ${coverage.exact ? "exact" : "estimated"}`));
  for (const line of toTable(rows, { right: [1, 2] })) terminal.line(line);
  if (ledger.runId !== null) {
    const counts = `${formatCount(ledger.sessionsBefore)} sessions before, ${formatCount(ledger.sessionsAfter)} after`;
    const losses = `changed by us ${formatCount(ledger.changed)}, deleted by us ${formatCount(ledger.deleted)}`;
    terminal.line(`Ledger of run ${ledger.runId}: ${counts}, ${losses}`);
  }
  terminal.line();
  for (const line of toTable(coverage.gates.map((gate) => toGateRow(terminal, gate)))) terminal.line(line);
}

function toGateRow({ colors }: Terminal, { id, passed, detail }: Gate): string[] {
  const state =
    passed === true ? colors.green("passed") : passed === false ? colors.red("missed") : colors.dim("unknown");
  return [state, id, plain(detail)];
}
