import type { CoverageDetail, CoveragePage } from "@/lib/contract";
import { toCsvLine, toExportJson } from "@/lib/http/file-export";

/** What can be taken along from the Coverage page. */
export type CoverageReport = CoveragePage & { detail: CoverageDetail };

/** Formats of a report. */
export const REPORT_FORMATS = {
  csv: { type: "text/csv; charset=utf-8", toText: toReportCsv },
  json: { type: "application/json; charset=utf-8", toText: toReportJson },
} as const;

type Value = string | number | boolean | null | undefined;
/** Section, what the figure is of, what it counts, the figure. */
type Line = [section: string, of: string, figure: string, value: Value];

function toReportJson({ detail, ...page }: CoverageReport): string {
  const { isBeingCounted: _, ...counted } = detail;
  return `${toExportJson({ ...page, detail: counted }, 2)}\n`;
}

/** One figure a record, so that no section needs columns of its own; what is unknown is an empty cell. */
function toReportCsv(report: CoverageReport): string {
  const lines = [
    ...coverageLines(report),
    ...figureLines(report.detail),
    ...sourceLines(report.detail),
    ...rest(report),
  ];
  const records = lines.map((line) =>
    toCsvLine(line.map((cell) => (typeof cell === "boolean" ? String(cell) : (cell ?? null)))),
  );
  return toCsvLine(["section", "of", "figure", "value"]) + records.join("");
}

function coverageLines({ coverage }: CoverageReport): Line[] {
  const { lastHour, ...sessions } = coverage.sessions;
  return [
    ["coverage", "", "measured at", coverage.measuredAt],
    ["coverage", "", "exact", coverage.exact],
    ...linesOf("coverage", "sessions", sessions),
    ...linesOf("coverage", "last hour", lastHour),
    ...linesOf("coverage", "inventory", coverage.inventory),
    ...coverage.setAside.map(({ reason, count }): Line => ["set aside", reason, "values", count]),
    ...coverage.gates.flatMap(({ id, threshold, value, passed, detail }) =>
      linesOf("gate", id, { passed: passed ?? "unknown", value, threshold, detail }),
    ),
  ];
}

function figureLines({ figures, newestHour }: CoverageDetail): Line[] {
  const slots = newestHour?.slots ?? [];
  const hour = slots.flatMap(({ from, ...counts }) => linesOf("newest hour", from, counts));
  if (figures === null) return hour;
  return [
    ...hour,
    ["figures", "", "measured at", figures.measuredAt],
    ...figures.columns.flatMap(({ column, ...causes }) => linesOf("column", column, causes)),
    ...figures.months.flatMap(({ month, ...counts }) => linesOf("month", month, counts)),
    ["asns", "", "total", figures.asns.total],
    ...figures.asns.top.flatMap(({ asn, ...figure }) => linesOf("asn", String(asn), figure)),
    ["countries", "", "total", figures.countries.total],
    ...figures.countries.top.map(({ country, sessions }): Line => ["country", country, "sessions", sessions]),
  ];
}

function sourceLines({ sources }: CoverageDetail): Line[] {
  if (sources === null) return [];
  return [
    ["sources", "", "measured at", sources.measuredAt],
    ["sources", "", "sessions", sources.sessions],
    ...sources.columns.flatMap(({ column, sources: paths, kept }) => [
      ...paths.flatMap(({ path, ...counts }) => linesOf(`source of ${column}`, path, counts)),
      ...linesOf(`source of ${column}`, "held from before", { sessions: kept }),
    ]),
  ];
}

function rest({ sample, ledger }: CoverageReport): Line[] {
  return [
    ...sample.flatMap(({ ipAddress, ipTypes, ...row }) =>
      linesOf("address", ipAddress, { ...row, ipTypes: ipTypes?.join(" ") }),
    ),
    ...(ledger?.rows ?? []).flatMap(({ figure, ...row }) => linesOf(`ledger of run ${ledger?.runId}`, figure, row)),
  ];
}

function linesOf(section: string, of: string, figures: Record<string, Value>): Line[] {
  return Object.entries(figures).map(([figure, value]) => [section, of, figure, value]);
}
