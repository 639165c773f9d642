import type { Finding, RunKind } from "@/lib/contract";
import type { RunOptions } from "@/lib/db/console-schema";
import { checkEligibility, findingsOf, type Inspection } from "@/lib/inspection/inspection";
import { OWN_TABLES } from "@/lib/inspection/ownership";
import { RefusalError } from "@/lib/refusal";

/** Shapes that a run of this version does not mend: the object is there, and is another one than declared. */
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

/** What makes a table incomplete in strict mode: it is there, and lacks columns. */
const INCOMPLETE: readonly Finding["kind"][] = ["missing-column"];

/**
 * Refuses, before a run row exists, what cannot be done on this database; nothing has been touched then.
 *
 * @throws {RefusalError} `not-eligible` or `unreachable`, with the reason and the remedy.
 */
export function refuseIneligible(inspection: Inspection, request: { kind: RunKind; options?: RunOptions }): void {
  const refusal = checkEligibility(inspection);
  if (refusal !== null) throw refusal;
  if (request.kind === "migrate") refuseMigration(inspection, request.options?.isStrict ?? false);
  if (request.kind === "catch-up") refuseCatchUp(inspection);
  if (request.kind === "reset") refuseReset(inspection);
}

function refuseMigration(inspection: Inspection, isStrict: boolean): void {
  const findings = findingsOf(inspection, null);
  const hazards = findings.filter((finding) => finding.kind === "hazard" && finding.severity === "error");
  if (hazards.length > 0)
    throw notEligible(hazards.map((hazard) => hazard.message).join(" "), hazards[0]?.remedy ?? "");
  const wrong = incompleteFindings(inspection, findings, isStrict);
  if (wrong.length === 0) return;
  const table = OWN_TABLES.find((own) => wrong.some((finding) => tableOf(finding, inspection.live.schema) === own));
  // The guide's sentence is for our tables alone: session_summaries is the honeypot data, never to be dropped.
  const cause =
    table === undefined
      ? "Objects of v16 are there in another shape than declared."
      : `Incomplete ${table} schema detected. Drop table and re-run migration.`;
  throw notEligible(
    `${cause} ${wrong.map(describe).join("; ")}.`,
    "Reset to v15 drops the incomplete objects and keeps all honeypot data; then run the migration again.",
  );
}

function incompleteFindings(inspection: Inspection, findings: Finding[], isStrict: boolean): Finding[] {
  const isTimestamp = (finding: Finding) => /\.(first|last)_event_at$/.test(finding.object);
  return findings.filter(
    (finding) =>
      (WRONG_SHAPES.includes(finding.kind) && !isTimestamp(finding)) ||
      (isStrict &&
        INCOMPLETE.includes(finding.kind) &&
        tableOf(finding, inspection.live.schema) !== "session_summaries"),
  );
}

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
  if (recorded === "15" || recorded === "16") return;
  throw notEligible(
    `Recorded version ${recorded} cannot be reset: the application's v17 stands on v16.`,
    "Reset is for recorded versions 15 and 16. Take the application back to v16 first.",
  );
}

function notEligible(message: string, remedy: string): RefusalError {
  return new RefusalError("not-eligible", message, remedy);
}
