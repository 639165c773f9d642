import Link from "next/link";
import { Empty } from "@/components/ui/empty";
import { type IconState, StateIcon, toneOf } from "@/components/ui/icons";
import { formatCount } from "@/lib/client/format";
import type { Coverage, LedgerReport, LedgerRow } from "@/lib/contract";

const LABELS: Record<LedgerRow["figure"], string> = {
  sessions: "Sessions",
  "with-enrichment": "with enrichment",
  "raw-events": "Raw events",
  files: "Files",
  sampled: "Fingerprints, sampled",
  whole: "Fingerprints, all sessions",
};

/** The honeypot data before and after the newest run: what ingest does not explain must be nothing. */
export function LedgerTable({ ledger, report }: { ledger: Coverage["ledger"]; report: LedgerReport | null }) {
  const { runId, sessionsBefore, sessionsAfter, changed, deleted } = ledger;
  const touched = changed === null || deleted === null ? null : changed + deleted;
  const differs = (touched ?? 0) > 0 || (report?.unexplained.length ?? 0) > 0;
  const state: IconState = touched === null ? "unknown" : differs ? "error" : "complete";
  // The figures come from a measure of their own age; a newer run may have closed its ledger since.
  const rows: LedgerRow[] =
    report?.rows ??
    (runId === null ? [] : [{ figure: "sessions", before: sessionsBefore, after: sessionsAfter, explained: 0 }]);
  const shownRun = report?.runId ?? runId;
  return (
    <section aria-labelledby="ledger">
      <div className="section-head">
        <h2 id="ledger">Ledger</h2>
        {shownRun === null ? null : (
          <p>
            Honeypot data before and after <Link href={`/runs/${shownRun}`}>run {shownRun}</Link>
          </p>
        )}
        <div className="end">
          <span className={`state sm t-${toneOf(state)}`}>
            <StateIcon state={state} small /> {touched === null ? "unknown" : differs ? "differs" : "nothing lost"}
          </span>
        </div>
      </div>
      {shownRun === null ? (
        <Empty>
          No ledger closed yet. Each run counts and fingerprints the sessions before its first step, and compares at its
          verdict.
        </Empty>
      ) : (
        <>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Counted</th>
                <th scope="col" className="num">
                  Before
                </th>
                <th scope="col" className="num">
                  After
                </th>
                <th scope="col" className="num">
                  Difference
                </th>
                <th scope="col" className="num hide-s">
                  Explained by ingest
                </th>
              </tr>
            </thead>
            <tbody>
              {rows
                .filter(({ before, after }) => before !== null || after !== null)
                .map(({ figure, before, after, explained }) => (
                  <tr key={figure}>
                    <th scope="row" className="soft">
                      {LABELS[figure]}
                    </th>
                    <td className="num">{formatFigure(before)}</td>
                    <td className="num">{formatFigure(after)}</td>
                    <td className="num">
                      {formatDifference((after ?? 0) - (before ?? 0))}
                      {explained === 0 ? null : (
                        <span className="only-s muted"> ({formatDifference(explained)} by ingest)</span>
                      )}
                    </td>
                    <td className="num hide-s">{formatDifference(explained)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
          {report?.unexplained.map((sentence) => (
            <p key={sentence} className="t-coral mt-2">
              {sentence}.
            </p>
          ))}
        </>
      )}
    </section>
  );
}

const formatFigure = (value: number | null) => (value === null ? "–" : formatCount(value));

const formatDifference = (value: number) => (value > 0 ? `+${formatCount(value)}` : formatCount(value));
