import type { AddCommand } from "@/lib/cli/command";
import { recreateViewOption } from "@/lib/cli/recreate-view";
import { plain, type Terminal } from "@/lib/cli/terminal";
import { formatCount, formatDuration } from "@/lib/cli/text";
import type { Plan } from "@/lib/contract";
import { readOutlook, readPlan } from "@/lib/migration";

interface PlanOptions {
  strict?: boolean;
  recreateView?: string[];
}

/** `plan`: the SQL still to run, in an order and form that psql takes. */
export const addPlan: AddCommand = (program, start) => {
  program
    .command("plan")
    .description("print the exact SQL still to run, in order; changes nothing")
    .option("--strict", "refuse where a table is incomplete, as migrate --strict would")
    .addOption(recreateViewOption())
    .action(
      start(async ({ terminal, target }, { strict = false, recreateView = [] }: PlanOptions) => {
        const database = await target();
        const plan = await readPlan(database, { isStrict: strict, recreatedDependents: recreateView });
        const outlook = plan.steps.length === 0 ? [] : await readOutlook(database);
        // A program reads stdout: what is only for people goes beside it there.
        for (const line of outlook) (terminal.isJson ? terminal.note : terminal.line)(`-- ${plain(line)}`);
        if (terminal.isJson) terminal.json(plan);
        else printPlan(terminal, plan);
        return 0;
      }),
    );
};

function printPlan(terminal: Terminal, { steps }: Plan): void {
  const { colors } = terminal;
  if (steps.length === 0) terminal.line("-- Nothing to do: the database is as declared.");
  for (const [index, { id, phase, kind, sql, lock, rows, seconds }] of steps.entries()) {
    const facts = [
      `${index + 1} of ${steps.length}`,
      phase,
      kind,
      ...(lock === null ? [] : [lock]),
      ...(rows === null ? [] : [`${formatCount(rows)} rows`]),
      ...(seconds === null ? [] : [`about ${formatDuration(seconds * 1_000)}`]),
    ];
    terminal.line(colors.bold(`-- ${plain(id)}`));
    terminal.line(colors.dim(`-- ${plain(facts.join(" · "))}`));
    printSql(terminal, sql, kind === "transaction");
    terminal.line();
  }
}

/** Statements each ended by a semicolon; those of a transaction inside one. */
export function printSql(terminal: Terminal, sql: string[], isTransaction: boolean): void {
  const isBracketed = isTransaction && !/^begin\b/i.test(sql[0]?.trim() ?? "");
  const statements = isBracketed ? ["begin", ...sql, "commit"] : sql;
  for (const statement of statements) terminal.sql(/;\s*$/.test(statement) ? statement.trimEnd() : `${statement};`);
}
