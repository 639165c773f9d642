import type { ColumnCauses, Coverage, CoverageFigures, Status } from "@/lib/contract";

/** A column's sessions by cause; null: not known yet. */
export type ColumnRow = { [Part in keyof ColumnCauses]: Part extends "column" ? ColumnCauses[Part] : number | null };

/** The figures of the Coverage page about sessions, all from one count. */
export interface ShownCoverage {
  total: number;
  open: number;
  recoverable: number | null;
  withSourceIp: number;
  measuredAt: string;
  /** Otherwise PostgreSQL's estimate. */
  isCounted: boolean;
  /** False: the estimate lags so far behind what is there that it is not told as a fact. */
  isKnown: boolean;
  /** By cause, which may be of another moment than the rest where nothing changes it meanwhile. */
  columns: { rows: ColumnRow[]; total: number; measuredAt: string; isCounted: boolean };
}

/** How far the count that knows causes may lag behind during a run and still speak for both, in milliseconds. */
const LAG_MS = 60_000;
/** Counts whose open sessions differ by more than this share of all are of before and after a run. */
const NEAR_SHARE = 0.01;

/**
 * What the page says of sessions. Two counts answer at different moments, and during a run a second is thousands of
 * sessions: one of them speaks for both, the newer one, or during a run the one that knows causes too. Pure.
 *
 * @param status the diagnosis; null while it is not known.
 */
export function toShownCoverage(
  coverage: Coverage,
  figures: CoverageFigures | null,
  status: Pick<Status, "version" | "activeRun"> | null,
): ShownCoverage {
  const isBusy = status !== null && status.activeRun !== null;
  // Both are counted about once a minute during a run: taken in turns, causes would come and go.
  const doFiguresSpeak = figures !== null && (!coverage.exact || lagMs(figures, coverage) <= (isBusy ? LAG_MS : 0));
  const isCounted = coverage.exact || doFiguresSpeak;
  // A column that was never analysed counts as empty. Only where v15 is observed is nothing of it there.
  const isKnown = isCounted || status?.version.observed === "v15";
  const own = {
    rows: isKnown ? withoutCauses(coverage) : UNKNOWN,
    total: coverage.sessions.total,
    measuredAt: coverage.measuredAt,
    isCounted: coverage.exact,
  };
  const counted =
    figures === null
      ? null
      : { rows: figures.columns, total: figures.sessions, measuredAt: figures.measuredAt, isCounted: true };
  const { total, open, recoverable, withSourceIp } = doFiguresSpeak ? ofFigures(coverage, figures) : coverage.sessions;
  return {
    total,
    open,
    recoverable,
    withSourceIp,
    measuredAt: doFiguresSpeak ? figures.measuredAt : coverage.measuredAt,
    isCounted,
    isKnown,
    columns: doFiguresSpeak || (!isBusy && isNear(figures, coverage)) ? (counted ?? own) : own,
  };
}

const lagMs = (figures: CoverageFigures, coverage: Coverage) =>
  Date.parse(coverage.measuredAt) - Date.parse(figures.measuredAt);

function isNear(figures: CoverageFigures | null, coverage: Coverage): boolean {
  if (figures === null) return false;
  const { open, total } = ofFigures(coverage, figures);
  return Math.abs(open - coverage.sessions.open) <= NEAR_SHARE * total;
}

function ofFigures({ sessions }: Coverage, figures: CoverageFigures) {
  const find = (column: ColumnCauses["column"]) => figures.columns.find((row) => row.column === column);
  return {
    total: figures.sessions,
    open: find("enrichment_at")?.open ?? sessions.open,
    recoverable: find("source_ip")?.recoverable ?? sessions.recoverable,
    withSourceIp: find("source_ip")?.filled ?? sessions.withSourceIp,
  };
}

const COLUMNS = ["source_ip", "enrichment_at", "snapshot_asn", "snapshot_country", "snapshot_ip_types"] as const;

const UNKNOWN: ColumnRow[] = COLUMNS.map((column) => ({
  column,
  filled: null,
  recoverable: null,
  absent: null,
  setAside: null,
  open: null,
}));

/** Before the causes are counted: what is neither filled nor open has no value, and what of it is absent is not known. */
function withoutCauses({ sessions }: Coverage): ColumnRow[] {
  const { total, open, recoverable, withSourceIp, withAsn, withCountry, withIpTypes } = sessions;
  const filled = [withSourceIp, total - open, withAsn, withCountry, withIpTypes];
  return COLUMNS.map((column, index) => {
    const held = filled[index] ?? 0;
    const left = Math.max(0, total - held);
    const openLeft = Math.min(open, left);
    const again = column === "source_ip" ? recoverable : column === "enrichment_at" ? 0 : null;
    return {
      column,
      filled: held,
      recoverable: left === openLeft ? 0 : again === null ? null : Math.min(again, left - openLeft),
      absent: left === openLeft ? 0 : null,
      setAside: left === openLeft ? 0 : null,
      open: openLeft,
    };
  });
}
