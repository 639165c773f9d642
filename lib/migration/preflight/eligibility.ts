import type { Finding, RunKind } from "@/lib/contract";
import type { RunOptions } from "@/lib/db/console-schema";
import { readSettings } from "@/lib/env";
import { checkEligibility, findingsOf, type Inspection } from "@/lib/inspection/inspection";
import { OWN_TABLES } from "@/lib/inspection/ownership";
import { obstacles } from "@/lib/inspection/repairs";
import { unbuiltIndexesIn } from "@/lib/inspection/unbuilt-indexes";
import { RefusalError } from "@/lib/refusal";

/** The object is there, and is another one than declared. A run repairs it in place; strict and catch-up do not. */
const WRONG_SHAPES: readonly Finding["kind"][] = [
  "not-generated",
  "wrong-expression",
  "wrong-type",
  "wrong-nullability",
  "wrong-default",
  "different-index",
  "different-constraint",
  "different-function",
];

/**
 * Refuses, before a run row exists, what cannot be done on this database; nothing has been touched then.
 *
 * @throws {RefusalError} `not-eligible` or `unreachable`, with the reason and the remedy.
 */
export function refuseIneligible(inspection: Inspection, request: { kind: RunKind; options?: RunOptions }): void {
  const refusal = checkEligibility(inspection);
  if (refusal !== null) throw refusal;
  if (request.kind === "migrate") refuseMigration(inspection, request.options ?? {});
  if (request.kind === "catch-up") refuseCatchUp(inspection);
  if (request.kind === "reset") refuseReset(inspection);
}

function refuseMigration(inspection: Inspection, options: RunOptions): void {
  const findings = findingsOf(inspection, null);
  const hazards = findings.filter((finding) => finding.kind === "hazard" && finding.severity === "error");
  if (hazards.length > 0) {
    const remedies = new Set(hazards.map(({ remedy }) => remedy));
    throw notEligible(hazards.map(({ message }) => message).join(" "), [...remedies].join(" "));
  }
  if (options.isStrict === true || readSettings().TIDEMARK_ON_INCOMPLETE === "strict") {
    refuseIncomplete(inspection, findings);
  }
  refuseObstacles(inspection, options.recreatedDependents ?? []);
}

/** Strict: stop before touching anything, with the guide's message and the list. */
function refuseIncomplete({ live: { schema } }: Inspection, findings: Finding[]): void {
  const isTimestamp = (finding: Finding) => /\.(first|last)_event_at$/.test(finding.object);
  const isOurs = (finding: Finding) => tableOf(finding, schema) !== "session_summaries";
  const wrong = findings.filter(
    (finding) =>
      (WRONG_SHAPES.includes(finding.kind) && !isTimestamp(finding)) ||
      (finding.kind === "missing-column" && isOurs(finding)),
  );
  if (wrong.length === 0) return;
  const tables = OWN_TABLES.filter((own) => wrong.some((finding) => tableOf(finding, schema) === own));
  // The guide knows one table; its sentence is for ours alone: session_summaries is the honeypot data.
  const table = tables.find((own) => own === "ip_inventory") ?? tables[0];
  const cause =
    table === undefined
      ? "Objects of v16 are there in another shape than declared."
      : `Incomplete ${table} schema detected. Drop table and re-run migration.`;
  throw notEligible(
    `${cause} ${wrong.map(describe).join("; ")}.`,
    "A run that is not strict repairs them in place and keeps every row; a reset to v15 drops them and keeps all honeypot data.",
  );
}

/** What others have on columns that must change: dropped and made again only as agreed to, by name. */
function refuseObstacles(inspection: Inspection, recreated: readonly string[]): void {
  const inTheWay = obstacles(inspection).filter(
    ({ dependent }) => dependent.view === null || !recreated.includes(dependent.object),
  );
  if (inTheWay.length === 0) return;
  const named = inTheWay.map(
    ({ dependent, columns }) =>
      `the ${dependent.kind} ${dependent.object} uses ${columns.join(", ")} of ${dependent.on}`,
  );
  const views = inTheWay.filter(({ dependent }) => dependent.view !== null).map(({ dependent }) => dependent.object);
  const definitions = inTheWay.map(({ dependent }) => `${dependent.object}: ${oneLine(dependent.definition)}`);
  throw notEligible(
    `Other objects stand on columns that must change: ${[...new Set(named)].join("; ")}. Nothing was touched.`,
    views.length === inTheWay.length
      ? `Agree by name to have ${[...new Set(views)].join(", ")} dropped and made again identically in the same transaction, or drop them yourself and make them again. ${[...new Set(definitions)].join(" ")}`
      : `Keep their definitions, drop them, run the migration, and make them again. ${[...new Set(definitions)].join(" ")}`,
  );
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, " ").trim();

/** The middle of `schema.table.column`, or what is left of a shorter name. */
function tableOf(finding: Finding, schema: string): string {
  return finding.object.replace(`${schema}.`, "").split(".")[0] ?? finding.object;
}

function describe(finding: Finding): string {
  return `${finding.object}: declared ${finding.declared ?? "none"}, live ${finding.live ?? "none"}`;
}

function refuseCatchUp(inspection: Inspection): void {
  const missing = findingsOf(inspection, null).filter((finding) =>
    (["missing-table", "missing-column", "missing-function", ...WRONG_SHAPES] as Finding["kind"][]).includes(
      finding.kind,
    ),
  );
  if (missing.length === 0 && inspection.recordedVersion !== "15") return;
  throw notEligible(
    "Catch-up needs a database at v16.",
    "Run the migration first; it catches up by itself before its verdict.",
  );
}

function refuseReset(inspection: Inspection): void {
  const recorded = inspection.recordedVersion ?? "";
  const unbuilt = unbuiltIndexesIn(inspection.live);
  if (unbuilt.length > 0) {
    throw notEligible(
      `A run ended before it had built ${unbuilt.map(({ name }) => name).join(", ")} again, and a reset drops the column that says so.`,
      `Run the migration, which builds them, or build them yourself. ${unbuilt.map(({ definition }) => definition).join("; ")}`,
    );
  }
  if (recorded === "15" || recorded === "16") return;
  throw notEligible(
    `Recorded version ${recorded} cannot be reset: the application's v17 stands on v16.`,
    "Reset is for recorded versions 15 and 16. Take the application back to v16 first.",
  );
}

function notEligible(message: string, remedy: string): RefusalError {
  return new RefusalError("not-eligible", message, remedy);
}
