import type { AddCommand, ExitCode, Session } from "@/lib/cli/command";
import { runInForeground } from "@/lib/cli/run-view";
import { plain } from "@/lib/cli/terminal";
import { formatCount, toTable } from "@/lib/cli/text";
import { witnessedRun } from "@/lib/cli/witness";
import type { DatabaseTarget } from "@/lib/db/client";
import { readAllSetAside, readSetAsideGroups, runToEnd, type SetAsideEntry } from "@/lib/migration";

/** `set-aside`: values that the target schema cannot hold. */
export const addSetAside: AddCommand = (program, start) => {
  program
    .command("set-aside")
    .description("list values that could not be represented, and why")
    .option("--retry", "read their sessions again, after you mended the data")
    .action(
      start(async (session, options: { retry?: boolean }) => {
        const target = await session.target();
        if (options.retry) return retry(session, target);
        return list(session, target);
      }, "graceful"),
    );
};

function retry(session: Session, target: DatabaseTarget) {
  const { signal, urgent } = session;
  return runInForeground(session, (onEvent) =>
    witnessedRun(target, "retry-set-aside", onEvent, (tell) =>
      runToEnd(target, {
        kind: "catch-up",
        startedBy: "cli",
        isStrict: false,
        retriesSetAside: true,
        signal,
        urgent,
        onEvent: tell,
      }),
    ),
  );
}

async function list({ terminal, signal }: Session, target: DatabaseTarget): Promise<ExitCode> {
  const entries: SetAsideEntry[] = [];
  for await (const chunk of readAllSetAside(target)) {
    if (signal.aborted) return 130;
    entries.push(...chunk);
  }
  if (terminal.isJson) {
    terminal.json({ values: entries.map(({ runId: _, ...value }) => value) });
    return 0;
  }
  if (entries.length === 0) terminal.line("Nothing is set aside.");
  const rows = entries.map(({ table, key, field, reason, value }) => [reason, table, key, field, value ?? ""]);
  for (const line of toTable(rows.map((row) => row.map(plain)))) terminal.line(line);
  for (const { table, field, reason, count, meaning, remedy } of await readSetAsideGroups(target)) {
    terminal.line();
    terminal.line(`${formatCount(count)} × ${plain(reason)} in ${plain(table)}.${plain(field)}`);
    terminal.line(`  ${meaning} ${remedy}`);
  }
  return 0;
}
