"use client";

import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { RunStatusTag } from "@/components/run/run-status-tag";
import { PhaseComparison } from "@/components/runs/phase-comparison";
import { Ago } from "@/components/ui/ago";
import { useNow } from "@/components/ui/use-now";
import { formatClock, formatDuration, formatMoment, formatStarter } from "@/lib/client/format";
import { toComparison, tookMs, toStopText } from "@/lib/client/run-comparison";
import type { ComparedRun } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Columns of the table, for what stands below a row. */
const COLUMNS = 6;

/** Runs as rows; each opens to its phases beside earlier ones. */
export function RunTable({ runs, opensFirst }: { runs: readonly ComparedRun[]; opensFirst: boolean }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set(opensFirst ? toFirst(runs) : []));
  const toggle = (id: number) =>
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  return (
    <table className="table run-list">
      <thead>
        <tr>
          <th>Run</th>
          <th className="hide-s">Kind</th>
          <th>Outcome</th>
          <th className="hide-s">Started</th>
          <th className="num">Took</th>
          <th className="hide-s">Beside earlier ones</th>
        </tr>
      </thead>
      {runs.map((run) => (
        <RunRows key={run.id} run={run} isOpen={open.has(run.id)} onToggle={() => toggle(run.id)} />
      ))}
    </table>
  );
}

/** The newest run that has phases to show. */
function toFirst(runs: readonly ComparedRun[]): number[] {
  const first = runs.find(({ phases }) => phases.length > 0);
  return first === undefined ? [] : [first.id];
}

function RunRows({ run, isOpen, onToggle }: { run: ComparedRun; isOpen: boolean; onToggle: () => void }) {
  const { id, kind, status, startedAt, startedBy, phases } = run;
  const took = tookMs(run);
  const stopped = toStopText(run);
  return (
    <tbody>
      <tr>
        <td className="nowrap">
          <span className="flex items-center">
            {phases.length === 0 ? (
              <span className="no-fold" />
            ) : (
              <button
                type="button"
                className="icon-btn"
                aria-label={`Run ${id}: phases`}
                title="Phases"
                aria-expanded={isOpen}
                onClick={onToggle}
              >
                <ChevronRight className={`i i-s ${isOpen ? "rotate-90" : ""}`} aria-hidden="true" />
              </button>
            )}
            {kind === "verify" ? `Run ${id}` : <Link href={`/runs/${id}`}>Run {id}</Link>}
          </span>
        </td>
        <td className="hide-s">{kind}</td>
        <td>
          <RunStatusTag status={status} />
          <span className="xs only-s text-ink-3">
            {kind} by {formatStarter(startedBy)}, <Ago at={startedAt} />
          </span>
        </td>
        <td className="hide-s">
          <time dateTime={startedAt}>{formatMoment(startedAt).slice(0, 16)}</time>
          <span className="xs block text-ink-3">
            <Ago at={startedAt} /> by {formatStarter(startedBy)}
          </span>
        </td>
        <td className="num">{took === null ? <SoFar run={run} /> : formatDuration(took)}</td>
        <td className="hide-s">
          <Comparison run={run} took={took} />
        </td>
      </tr>
      {stopped === null && !isOpen ? null : (
        <tr className="below">
          <td colSpan={COLUMNS}>
            {stopped === null ? null : (
              <p className={`why-stopped ${status === "failed" ? "t-coral" : "soft"}`}>{toDisplayText(stopped)}</p>
            )}
            {isOpen ? <PhaseComparison run={run} /> : null}
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Comparison({ run, took }: { run: ComparedRun; took: number | null }) {
  if (run.status !== "succeeded" || took === null) return <span className="muted">–</span>;
  const comparison = toComparison(took, run.usual);
  if (comparison === null) return <span className="muted">the first that succeeded</span>;
  return <span className={comparison.verdict === "slower" ? "t-amber" : "soft"}>{comparison.words}</span>;
}

function SoFar({ run }: { run: ComparedRun }) {
  const now = useNow(1_000);
  if (run.status === "interrupted") return "–";
  return <span suppressHydrationWarning>{formatClock(Math.max(0, now - Date.parse(run.startedAt)))} so far</span>;
}
