import type pg from "pg";
import type { InventorySample, Plan, SchemaReport, Status } from "@/lib/contract";
import { readInventorySample as readSample } from "@/lib/coverage/coverage";
import type { DatabaseTarget } from "@/lib/db/client";
import { isVanished } from "@/lib/db/database-error";
import { actingRoleOf, withReadClient } from "@/lib/db/pool";
import { checkEligibility, type Inspection, inspect, toStatus } from "@/lib/inspection/inspection";
import { toSchemaReport } from "@/lib/inspection/report";
import { refuseIneligible } from "@/lib/migration/preflight/eligibility";
import { readRowsMeasure } from "@/lib/migration/read/measurement";
import { planSteps } from "@/lib/migration/read/plan";
import { readActiveRun } from "@/lib/migration/run/run-records";

/** How long a page or a command waits for others' DDL before it says who is at it, in milliseconds. */
const PATIENCE_MS = 2_000;

/**
 * The diagnosis: objects exact from the catalog, row counts from the newest measure or from statistics. Never scans
 * the heap, writes nothing. An unsupported database gives a status that says why.
 *
 * @throws {RefusalError} `unreachable` when there is no answer.
 */
export function readStatus(target: DatabaseTarget): Promise<Status> {
  return withReadClient(target, async (client) => {
    const inspection = await inspectFor(client, target);
    // A role without rights there is told so by the status itself.
    const isHidden = inspection.rights.consoleSchema?.canCreate === false;
    if (isHidden) return toStatus(inspection, null, null);
    return toStatus(inspection, await readRowsMeasure(client), await readActiveRun(client));
  });
}

/**
 * The steps a run would do now, with the exact SQL, in a READ ONLY transaction.
 *
 * @throws {RefusalError} when this database is not eligible.
 */
export function readPlan(
  target: DatabaseTarget,
  options: { isStrict?: boolean; recreatedDependents?: string[] } = {},
): Promise<Plan> {
  return readOnly(target, async (client, inspection) => {
    refuseIneligible(inspection, { kind: "migrate", options });
    return planSteps(client, inspection, options);
  });
}

/** What the Schema page shows: every declared and live object with its state. */
export function readSchemaReport(target: DatabaseTarget): Promise<SchemaReport> {
  return eligible(target, async (_client, inspection) => toSchemaReport(inspection));
}

/** Five rows of `ip_inventory`; empty before phase 3. */
export function readInventorySample(target: DatabaseTarget): Promise<InventorySample> {
  return eligible(target, (client, inspection) => readSample(client, inspection.live));
}

/** Inspects, refuses what is not eligible, and hands connection and inspection to `work`. */
export function eligible<T>(
  target: DatabaseTarget,
  work: (client: pg.PoolClient, inspection: Inspection) => Promise<T>,
): Promise<T> {
  return again(() => withReadClient(target, async (client) => work(client, await inspectEligible(client, target))));
}

/** As `eligible`, inside a transaction in which PostgreSQL itself refuses every write. */
export function readOnly<T>(
  target: DatabaseTarget,
  work: (client: pg.PoolClient, inspection: Inspection) => Promise<T>,
): Promise<T> {
  return again(() =>
    withReadClient(target, async (client) => {
      await client.query("begin isolation level read committed read only");
      try {
        return await work(client, await inspectEligible(client, target));
      } finally {
        await client.query("rollback").catch(() => {});
      }
    }),
  );
}

/** Reads once more, from the inspection on, where an object went away behind it: during a reset, say. */
async function again<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!isVanished(cause)) throw cause;
    return read();
  }
}

async function inspectEligible(client: pg.PoolClient, target: DatabaseTarget): Promise<Inspection> {
  const inspection = await inspectFor(client, target);
  const refusal = checkEligibility(inspection);
  if (refusal !== null) throw refusal;
  return inspection;
}

/** What is found holds for the role that would act, whichever of the two looks. */
function inspectFor(client: pg.PoolClient, target: DatabaseTarget): Promise<Inspection> {
  return inspect(client, target.schema, { patienceMs: PATIENCE_MS, actingRole: actingRoleOf(target) });
}
