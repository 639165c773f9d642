import { formatMoment } from "@/lib/client/format";
import type { PlannedStep, Status } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** The statements of a step as psql takes them; those of a transaction inside one. Pure. */
export function toStepSql({ sql, kind }: Pick<PlannedStep, "sql" | "kind">): string {
  const isBracketed = kind === "transaction" && !/^begin\b/i.test(sql[0]?.trim() ?? "");
  const statements = isBracketed ? ["begin", ...sql, "commit"] : sql;
  return statements.map((statement) => `${statement.trim().replace(/;$/, "")};`).join("\n");
}

/** The console's own functions that a step brings along, apart from what it does with them. Pure. */
export function splitHelpers({ sql }: Pick<PlannedStep, "sql">): { helpers: string[]; own: string[] } {
  const isHelper = (statement: string) => /^create or replace function tidemark\./.test(statement.trimStart());
  // A step that makes nothing but functions does them itself.
  const cut = Math.max(
    0,
    sql.findIndex((statement) => !isHelper(statement)),
  );
  return { helpers: sql.slice(0, cut), own: sql.slice(cut) };
}

/**
 * A plan as a file for psql: what it is of, then each step under its name. Pure.
 *
 * @param readAt ISO 8601, when the plan was read.
 */
export function toPlanSql(steps: readonly PlannedStep[], database: Status["database"], readAt: string): string {
  const head = [
    `Plan of ${database.name} at ${database.host}:${database.port}, schema ${database.schema}, read ${formatMoment(readAt)}.`,
    "A run looks at the database again before each phase and sends what is still to do; this file does not.",
  ];
  const parts = steps.map((step, index) =>
    [
      comment(`${index + 1} of ${steps.length} · ${step.phase} · ${step.kind} · ${step.lock ?? "no table lock"}`),
      comment(step.id),
      toStepSql(step),
    ].join("\n"),
  );
  return `${[head.map(comment).join("\n"), ...parts].join("\n\n")}\n`;
}

/** A name may hold anything; a comment ends with its line. */
const comment = (text: string) => `-- ${toDisplayText(text).replaceAll(/\s/g, " ")}`;
