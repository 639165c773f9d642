import type { AddCommand, Session } from "@/lib/cli/command";
import { printSql } from "@/lib/cli/plan";
import { runInForeground } from "@/lib/cli/run-view";
import { plain, type Terminal } from "@/lib/cli/terminal";
import { formatBytes, formatCount, toTable } from "@/lib/cli/text";
import { witnessedRun } from "@/lib/cli/witness";
import type { ResetPreview, ResetPreviewEvent } from "@/lib/contract";
import { previewReset, resetToEnd } from "@/lib/migration";
import { RefusalError } from "@/lib/refusal";

interface ResetOptions {
  preview?: boolean;
  confirm?: string;
  expect?: string;
  dropDependents?: boolean;
  deep?: boolean;
}

/** `reset`: shows what the way back to v15 drops, or goes it. */
export const addReset: AddCommand = (program, start) => {
  program
    .command("reset")
    .description("go back to v15: --preview shows what is dropped, --confirm does it")
    .option("--preview", "show what would be dropped, what is lost, and the SQL; changes nothing")
    .option("--confirm <database name>", "preview, then drop; the name of the database confirms it")
    .option("--expect <hash>", "with --confirm: refuse unless the preview has this hash")
    .option("--drop-dependents", "drop what others built on it too, by name: exactly what the preview lists")
    .option("--deep", "with --confirm: fingerprint all sessions before and after, instead of a sample")
    .action(
      start(
        async (session, options: ResetOptions) =>
          options.confirm === undefined
            ? showPreview(session, options)
            : resetConfirmed(session, options.confirm, options),
        "graceful",
      ),
    );
};

async function showPreview({ terminal, target }: Session, options: ResetOptions): Promise<0> {
  if (!options.preview) throw usage("reset needs --preview or --confirm <database name>.");
  if (options.expect !== undefined) throw usage("--expect goes with --confirm.");
  if (options.deep) throw usage("--deep goes with --confirm.");
  const preview = await previewReset(await target(), { dropsDependents: options.dropDependents ?? false });
  if (terminal.isJson) terminal.json(preview);
  else {
    printPreview(terminal, preview);
    terminal.line();
    printSql(terminal, preview.sql, true);
  }
  return 0;
}

async function resetConfirmed(session: Session, confirm: string, options: ResetOptions) {
  if (options.preview) throw usage("--preview and --confirm exclude each other: --confirm shows the preview itself.");
  const { terminal, signal, urgent } = session;
  const target = await session.target();
  // Held back until the run begins: a refusal prints one object and nothing else.
  let preview: ResetPreview | null = null;
  return runInForeground(session, (onEvent) =>
    witnessedRun(target, "reset", onEvent, (tell) =>
      resetToEnd(target, {
        confirm,
        ...(options.expect === undefined ? {} : { expect: options.expect }),
        dropsDependents: options.dropDependents ?? false,
        isDeep: options.deep ?? false,
        startedBy: "cli",
        signal,
        urgent,
        onPreview(made) {
          preview = made;
        },
        onEvent(event) {
          if (preview !== null) showEventPreview(terminal, preview);
          preview = null;
          tell(event);
        },
      }),
    ),
  );
}

function showEventPreview(terminal: Terminal, preview: ResetPreview): void {
  if (terminal.isJson) terminal.json({ type: "preview", ...preview } satisfies ResetPreviewEvent);
  else printPreview(terminal, preview);
}

function usage(message: string): RefusalError {
  return new RefusalError(
    "usage",
    message,
    "Look at `tidemark reset --preview` first, then `tidemark reset --confirm <database name> --expect <hash>`.",
  );
}

function printPreview(terminal: Terminal, { database, hash, objects, lost, dependents }: ResetPreview): void {
  const { colors } = terminal;
  terminal.line(`Reset of ${plain(database)} to v15 drops:`);
  const rows = objects.map(({ kind, object, rows, bytes, rebuildable }) => [
    `  ${kind}`,
    plain(object),
    rows === null ? "" : `${formatCount(rows)} rows`,
    bytes === null ? "" : formatBytes(bytes),
    rebuildable ? "" : colors.yellow("cannot be rebuilt"),
  ]);
  for (const line of toTable(rows, { right: [2, 3] })) terminal.line(line);
  if (objects.length === 0) terminal.line("  nothing: only the recorded version is set to 15");
  for (const { object, rows } of lost) {
    terminal.line(
      colors.red(plain(`Lost for good: ${formatCount(rows)} rows that the application wrote to ${object}`)),
    );
  }
  if (lost.length > 0) terminal.line(colors.dim("Save them first, in psql:"));
  for (const { object } of lost) terminal.line(`  ${plain(toCopy(object))}`);
  for (const { kind, object, definition } of dependents) {
    terminal.line(colors.red(plain(`Made by others, goes only with --drop-dependents: ${kind} ${object}`)));
    terminal.line(`  ${colors.dim(plain(definition))}`);
  }
  terminal.line(`Hash ${hash}`);
}

/** The psql command that saves the application's rows of one of our tables. */
function toCopy(object: string): string {
  const condition = object.endsWith("_inventory") ? " where enrichment_updated_at is not null" : "";
  return `\\copy (select * from ${object}${condition}) to '${object.replaceAll("'", "''")}.csv' with (format csv, header)`;
}
