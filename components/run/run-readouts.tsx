"use client";

import Link from "next/link";
import { LiveRate } from "@/components/run/live-rate";
import { StateIcon } from "@/components/ui/icons";
import { RuledBar } from "@/components/ui/ruled-bar";
import { Term } from "@/components/ui/term";
import { useNow } from "@/components/ui/use-now";
import { formatClock, formatCount, formatDuration, formatMomentShortly, formatShare } from "@/lib/client/format";
import { shareOf, shareOfRun } from "@/lib/client/gauge-reading";
import { isActive, whenIdle } from "@/lib/client/run-state";
import type { RunDetail, RunPhase } from "@/lib/contract";

const UNITS: Record<RunPhase["id"], string> = {
  "source-ip": "sessions",
  "asn-inventory": "ASNs",
  "ip-inventory": "addresses",
  "session-snapshots": "sessions",
  "foreign-keys": "foreign keys",
};

/** The figures of a run, side by side, in columns of fixed width. */
export function RunReadouts({ run }: { run: RunDetail }) {
  const now = useNow(1_000);
  const isBusy = isActive(run.status);
  // A phase that a stopped run left unfinished is at work no more.
  const running = isBusy ? (run.phases.find(({ state }) => state === "running") ?? null) : null;
  const endedAt = run.finishedAt === null ? now : Date.parse(run.finishedAt);
  const elapsedMs = isBusy ? now - Date.parse(run.startedAt) : (run.durationMs ?? endedAt - Date.parse(run.startedAt));
  const values = run.setAside.reduce((sum, { count }) => sum + count, 0);
  return (
    <dl className="readouts run-read">
      <Progress run={run} running={running} />
      {isBusy ? <LiveRate run={run} running={running} /> : <FinalRate run={run} />}
      <div className="readout">
        <dt>
          <StateIcon state="set-aside" small /> <Term id="set-aside">Set aside</Term>
        </dt>
        <dd>
          <div className="big">
            {formatCount(values)} <small>{values === 1 ? "value" : "values"}</small>
          </div>
          <p className="sub">
            never fatal{values === 0 ? null : ". "}
            {values === 0 ? null : <Link href="/set-aside">List</Link>}
          </p>
        </dd>
      </div>
      <div className="readout">
        <dt>{isBusy ? "Elapsed" : "Took"}</dt>
        <dd>
          <div className="big" suppressHydrationWarning>
            {isBusy ? formatClock(elapsedMs) : formatDuration(elapsedMs)}
          </div>
          <p className="sub" suppressHydrationWarning>
            {run.finishedAt === null ? "since it was started" : `until ${formatMomentShortly(run.finishedAt, now)}`}
          </p>
        </dd>
      </div>
    </dl>
  );
}

function Progress({ run, running }: { run: RunDetail; running: RunPhase | null }) {
  const share = running === null ? null : shareOf(running);
  if (running === null) {
    const done = run.phases.filter(({ state }) => state === "complete").length;
    return (
      <div className="readout">
        <dt>{run.phases.length === 0 ? "One transaction" : "Phases"}</dt>
        <dd>
          <div className="big huge">
            {run.phases.length === 0 ? (
              <small>{run.status}</small>
            ) : (
              <>
                {done} <small>of {run.phases.length} complete in this run</small>
              </>
            )}
          </div>
          {run.phases.length === 0 ? null : <RuledBar share={shareOfRun(run)} label="Run" />}
          <p className="sub">{whenIdle(run)}</p>
        </dd>
      </div>
    );
  }
  const number = run.phases.indexOf(running) + 1;
  return (
    <div className="readout">
      <dt>
        Phase {number} of {run.phases.length}, {running.title}
      </dt>
      <dd>
        <div className="big huge">
          {share === null ? "–" : formatShare(share, 0)}{" "}
          <small>
            {running.done === null || running.total === null
              ? "no rows to count yet"
              : `${formatCount(running.done)} of ${formatCount(running.total)} ${UNITS[running.id]}`}
          </small>
        </div>
        <RuledBar
          share={share ?? 0}
          label={`Phase ${number}`}
          tone={run.status === "paused" || run.status === "pausing" ? "amber" : "tide"}
        />
        <p className="sub">{run.status === "running" ? "complete only after its check" : whenIdle(run)}</p>
      </dd>
    </div>
  );
}

/** What a run that ended came to: the rate of its largest phase, and the phase that took longest. */
function FinalRate({ run }: { run: RunDetail }) {
  const timed = run.phases.filter(({ durationMs }) => durationMs !== null && durationMs > 0);
  const largest = [...timed].sort((one, other) => (other.rows ?? 0) - (one.rows ?? 0))[0];
  const longest = [...timed].sort((one, other) => (other.durationMs ?? 0) - (one.durationMs ?? 0))[0];
  const rate = largest === undefined ? 0 : ((largest.rows ?? 0) * 1_000) / (largest.durationMs ?? 1);
  return (
    <>
      <div className="readout">
        <dt>Rows per second</dt>
        <dd>
          <div className="big">{rate === 0 ? "–" : formatCount(Math.round(rate))}</div>
          <p className="sub">
            {largest === undefined ? whenIdle(run) : rate === 0 ? "no row was changed" : `average of ${largest.title}`}
          </p>
        </dd>
      </div>
      <div className="readout">
        <dt>Longest phase</dt>
        <dd>
          <div className="big">{longest?.durationMs == null ? "–" : formatDuration(longest.durationMs)}</div>
          <p className="sub">{longest?.title ?? whenIdle(run)}</p>
        </dd>
      </div>
    </>
  );
}
