import { formatCounted, formatList } from "@/lib/client/format";
import { shortType } from "@/lib/client/schema-summary";
import type { ActiveRun, Finding } from "@/lib/contract";

/** Findings of the same kind of which only the names are worth reading, as one note. */
export interface FindingNote {
  kind: Finding["kind"];
  severity: Finding["severity"];
  text: string;
  /** Short names of the objects. */
  names: string[];
}

/** Findings to be listed one by one, and the rest as notes. */
export interface FindingGroups {
  /** Tables in another shape than declared: what holds for each of their findings is said once. */
  incomplete: string[];
  rows: Finding[];
  notes: FindingNote[];
}

const NOUNS: Partial<Record<Finding["kind"], string>> = {
  "missing-table": "table",
  "missing-column": "column",
  "missing-index": "index",
  "missing-constraint": "constraint",
  "missing-function": "function",
};

/**
 * Warnings and errors one by one; what will be added anyway, what nobody touches and helper functions as one note a kind,
 * since forty lines that ask nothing of the operator hide the one that does. Pure.
 */
export function groupFindings(findings: readonly Finding[]): FindingGroups {
  const rows = findings.filter((finding) => !isQuiet(finding));
  const quiet = findings.filter(isQuiet);
  const kinds = [...new Set(quiet.map(({ kind }) => kind))];
  return {
    incomplete: [...new Set(rows.flatMap(({ message }) => INCOMPLETE.exec(message)?.[1] ?? []))],
    rows: rows.map(withoutCommon).sort((one, other) => WEIGHT[one.severity] - WEIGHT[other.severity]),
    notes: kinds.map((kind) =>
      toNote(
        kind,
        quiet.filter((finding) => finding.kind === kind),
      ),
    ),
  };
}

function isQuiet({ kind, severity }: Finding): boolean {
  if (kind === "missing-function" || kind === "extra-object") return true;
  return severity === "info" && NOUNS[kind] !== undefined;
}

function toNote(kind: Finding["kind"], findings: Finding[]): FindingNote {
  const severity = findings[0]?.severity ?? "info";
  const { length } = findings;
  if (kind === "extra-object") {
    const counted = `${formatCounted(length, "object")} ${length === 1 ? "is" : "are"}`;
    const names = findings.map(({ object }) => object.slice(object.indexOf(".") + 1));
    return {
      kind,
      severity,
      text: `${counted} no part of v16 and stay${length === 1 ? "s" : ""} as found:`,
      names,
    };
  }
  const noun = NOUNS[kind] ?? kind;
  const counted = formatCounted(length, noun, noun === "index" ? "indexes" : `${noun}s`);
  const names = findings.map(({ object }) => shortName(object));
  if (severity === "error") {
    return { kind, severity, text: `${counted} missing, which a run adds:`, names };
  }
  const expected =
    kind === "missing-table" ? `${formatList(findings.map(({ message }) => message))}. This is expected here: ` : "";
  return { kind, severity, text: `${expected}${counted} will be added:`, names };
}

/** The recovery guide's sentence, at the head of what is wrong with a table. */
const INCOMPLETE = /^Incomplete (\w+) schema detected(?:\. Drop table and re-run migration\.|:) /;
/** What a run does about one column, between what it does about each of them. */
const REPAIRED =
  /^Run the migration: it repairs \w+ in place, every row kept: it (.+?)\. Or reset to v15: that drops \w+ after showing which rows cannot be derived again\./;

/** A finding without what is said once of its table. */
function withoutCommon(finding: Finding): Finding {
  if (!INCOMPLETE.test(finding.message)) return finding;
  const message = shortType(finding.message.replace(INCOMPLETE, ""));
  return { ...finding, message, remedy: shortType(toOwnRemedy(finding.remedy)) };
}

/** What a run does about one column of a table, without what holds for each of its columns. Pure. */
export function toOwnRemedy(remedy: string): string {
  return remedy.replace(REPAIRED, (_whole, does: string) => `A run ${does}.`);
}

/** Whether a remedy repairs a table in place. Pure. */
export function isRepair(remedy: string): boolean {
  return REPAIRED.test(remedy);
}

/** What a repair of a column writes the whole table anew for. */
const REWRITES: Partial<Record<Finding["kind"], boolean>> = {
  "not-generated": true,
  "wrong-expression": true,
  "wrong-type": true,
};

/** Tables that a run has to write anew, while everybody else waits for them. Pure. */
export function toRewrittenTables(findings: readonly Finding[]): string[] {
  const rewriting = findings.filter(({ kind, declared }) => {
    const isAdded = kind === "missing-column" && declared?.includes(" generated always ") === true;
    return isAdded || REWRITES[kind] === true;
  });
  return [...new Set(rewriting.flatMap(({ message }) => INCOMPLETE.exec(message)?.[1] ?? []))];
}

const BY_MIGRATION: readonly Finding["kind"][] = [
  "missing-table",
  "missing-column",
  "missing-index",
  "missing-constraint",
  "missing-function",
];

/**
 * Findings as they stand while a run is at them: what it has not come to yet is no error, and nobody can do anything about
 * it; how many sessions are open the run itself knows better. What has another shape than declared stays as found. Pure.
 */
export function duringRun(findings: readonly Finding[], activeRun: ActiveRun | null): readonly Finding[] {
  if (activeRun === null || activeRun.kind === "reset" || activeRun.kind === "verify") return findings;
  const isAdded = ({ kind }: Finding) => activeRun.kind === "migrate" && BY_MIGRATION.includes(kind);
  return findings
    .filter(({ kind }) => kind !== "open-rows")
    .map((finding) =>
      isAdded(finding) ? { ...finding, severity: "info", remedy: `Run ${activeRun.id} adds it.` } : finding,
    );
}

const WEIGHT: Record<Finding["severity"], number> = { error: 0, warning: 1, info: 2 };

/** The last part of a qualified name. */
function shortName(object: string): string {
  return object.split(".").at(-1) ?? object;
}
