"use client";

import { RefreshCw } from "lucide-react";
import { HourBars } from "@/components/coverage/hour-bars";
import { useActions } from "@/components/shell/actions";
import { FollowRun } from "@/components/ui/follow-run";
import { StateIcon } from "@/components/ui/icons";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunAction } from "@/components/ui/use-run-action";
import type { ShownCoverage } from "@/lib/client/coverage-shown";
import { formatCount, formatCounted, formatPart } from "@/lib/client/format";
import type { Coverage, NewestHour as Hour, Status } from "@/lib/contract";

/** Share of the last hour's sessions with a snapshot below which it is a warning. */
const ALARM = 0.95;

type LastHour = Coverage["sessions"]["lastHour"];

/** What ingest wrote in the last hour, and the way to give it snapshots. */
export function NewestHour(props: {
  coverage: Coverage;
  shown: ShownCoverage;
  status: Status | null;
  hour: Hour | null;
}) {
  const { coverage, shown, status, hour } = props;
  const lastHour = hour === null ? coverage.sessions.lastHour : sumOf(hour);
  // Sessions of the last hour are never estimated.
  const isCounted = coverage.exact || hour !== null;
  const { start, isPending, refusal } = useRunAction(useActions().catchUp);
  const covered = lastHour.total - lastHour.open;
  const share = lastHour.total === 0 ? null : covered / lastHour.total;
  const isLow = status?.verdict === "migrated" && share !== null && share < ALARM;
  const left = shown.open + (shown.recoverable ?? 0);
  const activeRun = status?.activeRun ?? null;
  return (
    <div className="next stack">
      <aside className={`panel ${isLow ? "amber" : ""}`} aria-labelledby="newest">
        <header>
          <StateIcon state={isLow ? "warning" : isCounted ? "note" : "unknown"} small />
          <h2 id="newest">Newest hour</h2>
          <span className={`end sm strong ${isLow ? "t-amber" : ""}`}>{formatPart(covered, lastHour.total)}</span>
        </header>
        <div className="in">
          <HourBars hour={hour} />
          <p className="sm soft my-3">{isCounted ? toSentence(lastHour, isLow) : "Not counted yet."}</p>
          {activeRun !== null ? (
            <div className="sticky-cta">
              <FollowRun run={activeRun} className="btn primary big wide" />
            </div>
          ) : status?.verdict === "migrated" && left > 0 ? (
            <div className="sticky-cta">
              <button type="button" className="btn primary big wide" disabled={isPending} onClick={() => start()}>
                <RefreshCw className="i" aria-hidden="true" /> Catch up {formatCounted(left, "session")}
              </button>
            </div>
          ) : (
            <p className="xs muted">
              {status?.verdict === "migrated" ? "Nothing to catch up." : "Catch-up works once the database shows v16."}
            </p>
          )}
        </div>
      </aside>
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not started" />}
    </div>
  );
}

function sumOf({ slots }: Hour): LastHour {
  return slots.reduce((sum, { total, open }) => ({ total: sum.total + total, open: sum.open + open }), {
    total: 0,
    open: 0,
  });
}

function toSentence(lastHour: LastHour, isLow: boolean): string {
  if (lastHour.total === 0) return "Ingest wrote no session in the last hour.";
  return isLow
    ? `${formatCount(lastHour.open)} of ${formatCounted(lastHour.total, "session")} of the last hour are not covered: more than 5 % have no snapshot. A catch-up gives it to them.`
    : `${formatCount(lastHour.total - lastHour.open)} of ${formatCounted(lastHour.total, "new session")} with a snapshot; the alarm is at 95 %.`;
}
