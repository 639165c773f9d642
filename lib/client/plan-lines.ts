import type { Finding } from "@/lib/contract";

/** One line of what a run would say before its first step. */
export interface OutlookLine {
  text: string;
  /** Something to look at before pressing the button. */
  isWarning: boolean;
}

/** The lines of an outlook, hazards first and marked as such; a figure and its unit stay on one line. Pure. */
export function toOutlookLines(lines: readonly string[], findings: readonly Finding[]): OutlookLine[] {
  const warnings = findings
    .filter(({ kind }) => kind === "hazard")
    .map(({ message, remedy }) => `${message} ${remedy}`);
  return lines
    .map((line) => ({ text: line.replaceAll(/(\d) ([kMGT]?B)\b/g, "$1\u00a0$2"), isWarning: warnings.includes(line) }))
    .toSorted((one, other) => Number(other.isWarning) - Number(one.isWarning));
}
