import type pg from "pg";
import { sqlstateOf, toRunError } from "@/lib/db/database-error";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { firingTriggers } from "@/lib/inspection/hazards/tables";
import type { Inspection } from "@/lib/inspection/inspection";
import { StepFailedError } from "@/lib/migration/errors";
import type { RunContext } from "@/lib/migration/run/run-context";

/**
 * Tries what triggers of others may forbid, and takes it back: harmless DDL on a table of its own where an event
 * trigger is on, an update of one session to its own value where a trigger fires for updates. Nothing is tried where
 * there is no such trigger.
 *
 * @throws {StepFailedError} with what the trigger said.
 */
export async function rehearse(context: RunContext, inspection: Inspection): Promise<void> {
  const sessions = inspection.relations.find(({ name }) => name === "session_summaries");
  const triggers = sessions === undefined ? [] : firingTriggers(sessions).filter(({ columns }) => columns.length === 0);
  if (inspection.eventTriggers.length > 0) {
    const names = inspection.eventTriggers.join(", ");
    await tryOut(context, {
      what: `DDL under event trigger ${names}`,
      sql: harmlessDdl(inspection.live.schema, context.run.id),
      remedy: `Ask whoever installed event trigger ${names} to let this role change the schema, or to disable it for the run: alter event trigger … disable`,
    });
  }
  if (triggers.length > 0) {
    const names = triggers.map(({ name }) => name);
    await tryOut(context, {
      what: `an update under trigger ${names.join(", ")}`,
      sql: [harmlessUpdate(inspection.live.schema)],
      remedy: triggerRemedy(inspection.live.schema, names),
    });
  }
}

/** What to do about triggers on the sessions of which one objects. */
export function triggerRemedy(schema: string, names: readonly string[]): string {
  const [only = "", ...others] = names;
  const name = others.length === 0 ? quoteIdentifier(only) : "…";
  const disable = `alter table ${qualify(schema, "session_summaries")} disable trigger ${name}`;
  const quoted = names.map((name) => `“${name}”`).join(", ");
  const [which, they, them] = others.length === 0 ? ["trigger", "it allows", "it"] : ["triggers", "they allow", "each"];
  return `Change ${which} ${quoted} so that ${they} updates of the columns that v16 adds. Or disable ${them} for the next run, and enable ${them} once that has ended, by the same statement with “enable trigger”. To disable ${them}: ${disable}`;
}

/** Statements to be tried and taken back. */
export interface Rehearsal {
  what: string;
  sql: string[];
  remedy: string;
  /** Whether what failed is an objection; default everything but a lock that others hold. */
  isObjection?: (cause: unknown) => boolean;
}

/**
 * Runs the statements of a rehearsal in a transaction that is rolled back, and says so.
 *
 * @throws {StepFailedError} with the objection.
 */
export async function tryOut(
  { client, limits, report }: RunContext,
  { what, sql, remedy, isObjection = (cause) => sqlstateOf(cause) !== "55P03" }: Rehearsal,
): Promise<void> {
  let statement = "";
  await client.query("begin isolation level read committed");
  try {
    await client.query(`set local lock_timeout = ${limits.lockTimeoutMs}`);
    for (statement of sql) await client.query(statement);
  } catch (cause) {
    // Somebody holds the lock: the steps of the run wait for it, and are what finds out.
    if (isObjection(cause)) throw new StepFailedError(null, "rehearsal", { cause, statement, remedy });
    await report.log("info", null, `Could not try ${what}: ${toRunError(cause).message}`);
    return;
  } finally {
    await rollBack(client);
  }
  await report.log("info", null, `Tried ${what}, and took it back: nothing objects`);
}

async function rollBack(client: pg.Client): Promise<void> {
  // On a connection already gone the rollback has happened.
  await client.query("rollback").catch(() => {});
}

function harmlessDdl(schema: string, runId: number): string[] {
  const table = qualify(schema, `tidemark_rehearsal_${runId}`);
  return [
    `create table ${table} (n integer)`,
    `alter table ${table} add column m integer`,
    `create index on ${table} (n)`,
    `drop table ${table}`,
  ];
}

function harmlessUpdate(schema: string): string {
  const sessions = qualify(schema, "session_summaries");
  return `
update ${sessions}
set created_at = created_at
where ctid = (select ctid from ${sessions} limit 1 for no key update skip locked)`;
}
