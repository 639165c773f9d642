import { formatCounted } from "@/lib/client/format";
import type { Finding } from "@/lib/contract";

/** Findings of the same kind that only announce what a pending phase will add, as one note. */
export interface FindingNote {
  key: string;
  text: string;
  /** Short names of the objects. */
  names: string[];
}

/** Findings to be listed one by one, and the rest as notes. */
export interface FindingGroups {
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
 * Warnings and errors one by one; what will be added anyway as one note a kind, since forty lines that ask nothing of
 * the operator hide the one that does. Pure.
 */
export function groupFindings(findings: readonly Finding[]): FindingGroups {
  const rows = findings.filter((finding) => finding.severity !== "info" || NOUNS[finding.kind] === undefined);
  const quiet = findings.filter((finding) => !rows.includes(finding));
  const kinds = [...new Set(quiet.map(({ kind }) => kind))];
  return {
    rows: [...rows].sort((one, other) => WEIGHT[one.severity] - WEIGHT[other.severity]),
    notes: kinds.map((kind) => {
      const own = quiet.filter((finding) => finding.kind === kind);
      const noun = NOUNS[kind] ?? kind;
      const counted = formatCounted(own.length, noun, noun === "index" ? "indexes" : `${noun}s`);
      const text =
        kind === "missing-table" ? `${own.map(({ message }) => message).join(", ")}. This is expected here:` : "";
      return {
        key: kind,
        text: `${text} ${counted} will be added:`.trim(),
        names: own.map(({ object }) => shortName(object)),
      };
    }),
  };
}

const WEIGHT: Record<Finding["severity"], number> = { error: 0, warning: 1, info: 2 };

/** The last part of a qualified name. */
function shortName(object: string): string {
  return object.split(".").at(-1) ?? object;
}
