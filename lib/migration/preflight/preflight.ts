import type { Finding } from "@/lib/contract";
import { quoteIdentifier } from "@/lib/db/identifier";
import { checkDirect } from "@/lib/inspection/direct";
import { describeTransaction, isChangingSchema } from "@/lib/inspection/hazards/sessions";
import type { Inspection } from "@/lib/inspection/inspection";
import { CheckFailedError } from "@/lib/migration/errors";
import { describeCensus, takeCensus } from "@/lib/migration/preflight/census";
import { rehearseConstraints } from "@/lib/migration/preflight/constraint-rehearsal";
import { describeForecast, forecastStorage, readStorageFacts, toMegabytes } from "@/lib/migration/preflight/forecast";
import { rehearse } from "@/lib/migration/preflight/rehearsal";
import { describeRepairCensus } from "@/lib/migration/preflight/repair-census";
import { describeTypeContract } from "@/lib/migration/preflight/type-contract";
import type { RunContext } from "@/lib/migration/run/run-context";

/**
 * Looks before anything is touched, and says what it saw: the connection, other sessions that migrate, hazards,
 * dependents in the way, disk forecast, type contract across both foreign keys, census of values that will be set aside.
 *
 * @throws {CheckFailedError} naming what stands in the way; {StepFailedError} with what a trigger said when it was
 * tried. Nothing has been changed.
 */
export async function runPreflight(context: RunContext, inspection: Inspection): Promise<void> {
  const { report } = context;
  await checkConnection(context);
  checkOtherMigration(inspection);
  await reportHazards(context, inspection);
  await checkDependents(context, inspection);
  await rehearse(context, inspection);
  await rehearseConstraints(context, inspection);
  await checkStorage(context, inspection);
  for (const { level, line } of describeTypeContract(inspection)) await report.log(level, null, line);
  if (!inspection.canReadRawEvents) {
    await report.log(
      "warn",
      null,
      "raw_events cannot be read: sessions whose documents name no address stay without one",
    );
  }
  await reportCensus(context, inspection);
}

async function checkConnection({ client }: RunContext): Promise<void> {
  const refusal = await checkDirect(client);
  if (refusal !== null) throw new CheckFailedError(refusal.message, refusal.remedy);
}

/** Two that change the same tables would each undo what the other has looked at. */
function checkOtherMigration({ activity }: Inspection): void {
  const other = activity.transactions.find(isChangingSchema);
  if (other === undefined) return;
  throw new CheckFailedError(
    `${describeTransaction(other)} is changing ${other.lockedTables.join(", ")} at this moment.`,
    "If it is the application's own migration, let it end, keep the application from upgrading, and run again: what it made is looked at anew. Ingest may go on.",
  );
}

async function reportHazards({ report }: RunContext, { hazards, activity, database }: Inspection): Promise<void> {
  for (const { message, remedy } of hazards) await report.log("warn", null, `${message} ${remedy}`);
  if (activity.roleSettings.length > 0) {
    const settings = activity.roleSettings.join(", ");
    await report.log("info", null, `This run does not follow the settings of role or database: ${settings}`);
  }
  if (activity.hiddenSessions > 0) {
    await report.log(
      "info",
      null,
      `Sessions of other roles cannot be looked into (${activity.hiddenSessions} now); to have them named: grant pg_read_all_stats to ${quoteIdentifier(database.user)}`,
    );
  }
}

async function checkDependents(context: RunContext, inspection: Inspection): Promise<void> {
  const recreated = context.run.options.recreatedDependents ?? [];
  const canBeRemade = (object: string) =>
    inspection.dependents.every((dependent) => dependent.object !== object || dependent.view !== null);
  const blocking = inspection.findings.filter(
    (finding: Finding) =>
      finding.kind === "dependent-object" &&
      finding.severity === "error" &&
      !(recreated.includes(finding.object) && canBeRemade(finding.object)),
  );
  if (blocking.length > 0) {
    const names = blocking.map((finding) => finding.object).join(", ");
    throw new CheckFailedError(
      `Other objects depend on a column that must change: ${names}.`,
      "Drop or change them, run the migration, and make them again. Tidemark never drops them by itself.",
    );
  }
  const count = inspection.dependents.length;
  await context.report.log("info", null, `${count} dependent objects, none in the way`);
}

async function checkStorage({ client, report }: RunContext, inspection: Inspection): Promise<void> {
  const facts = await readStorageFacts(client, inspection);
  const forecast = forecastStorage(inspection, facts);
  const line = describeForecast(forecast, facts);
  if (facts.free !== null && facts.free.bytes < forecast.needed) {
    throw new CheckFailedError(
      `The disk would be full before the end: ${forecast.needed} bytes needed, ${facts.free.bytes} bytes free. ${line}.`,
      "Free space on the database server, then run again. If there is more than that, set TIDEMARK_DISK_FREE_BYTES to what you know to be free.",
    );
  }
  const limit = inspection.activity.tempFileLimitBytes;
  if (limit !== null && limit < forecast.temp) {
    throw new CheckFailedError(
      `temp_file_limit allows ${toMegabytes(limit)} of temporary files, and sorting for one index takes about ${toMegabytes(forecast.temp)} (53400).`,
      `Lift it for this role, as a superuser: alter role ${quoteIdentifier(inspection.database.user)} set temp_file_limit = -1`,
    );
  }
  await report.log("info", null, line);
}

async function reportCensus({ client, report }: RunContext, inspection: Inspection): Promise<void> {
  await client.query("begin isolation level read committed read only");
  try {
    await report.log("info", null, describeCensus(await takeCensus(client, inspection)));
    for (const line of await describeRepairCensus(client, inspection)) await report.log("info", null, line);
  } finally {
    await client.query("rollback").catch(() => {});
  }
}
