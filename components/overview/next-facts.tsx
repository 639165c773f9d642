"use client";

import { useQuery } from "@tanstack/react-query";
import { Term } from "@/components/ui/term";
import { toRewrittenTables } from "@/lib/client/finding-groups";
import { formatCount, formatCounted, formatList } from "@/lib/client/format";
import type { NextStep } from "@/lib/client/next-step";
import { planOptions, toPlanOccasion } from "@/lib/client/plan-options";
import { toTimesText } from "@/lib/client/plan-times";
import { answeredValue, runOptions } from "@/lib/client/query-options";
import { canReset } from "@/lib/client/reset-words";
import { countOpen } from "@/lib/client/verdict-text";
import type { RunDetail, Status } from "@/lib/contract";

/** What pressing the button comes to. Steps and time are told once the plan was read: planning counts rows. */
export function NextFacts(props: { status: Status; step: NextStep; writerWaitMs: number }) {
  const { status, step, writerWaitMs } = props;
  const { activeRun } = status;
  const run = answeredValue(useQuery({ ...runOptions(activeRun?.id ?? 0), enabled: activeRun !== null }).data);
  const plan = answeredValue(useQuery({ ...planOptions(toPlanOccasion(status)), enabled: false }).data);
  const sessions = status.phases[0]?.rows ?? null;
  const sweep = activeRun === null ? null : readSweep(run);
  const estimated = <span className="muted">estimated</span>;
  const about = sweep === null && sessions?.exact === false ? estimated : null;
  const rewritten = toRewrittenTables(status.findings);
  return (
    <dl className="facts">
      <dt>Sessions</dt>
      <dd>
        {sessions === null ? "–" : formatCount(sweep?.total ?? sessions.total)} {about}
      </dd>
      <dt>
        <Term id="open-session">Open</Term>
      </dt>
      <dd>
        {sessions === null ? "–" : formatCount(sweep?.left ?? countOpen(status))} {about}
      </dd>
      {step.kind === "migrate" || step.kind === "resume" ? (
        <>
          <dt>Takes</dt>
          <dd>
            {plan === null ? (
              <>
                – <span className="muted">told by the plan</span>
              </>
            ) : (
              <>
                {toTimesText(plan.steps)}{" "}
                <span className="muted nowrap">{formatCounted(plan.steps.length, "step")} in all</span>
              </>
            )}
          </dd>
        </>
      ) : null}
      {step.kind === "coverage" ? null : (
        <>
          <dt>Others wait for a lock</dt>
          <dd>
            {formatCount(writerWaitMs)} ms at most
            {rewritten.length === 0 ? null : (
              <span className="muted block">
                longer while {formatList(rewritten)} {rewritten.length === 1 ? "is" : "are"} rewritten
              </span>
            )}
          </dd>
          <dt>
            <Term id="ingest">Ingest</Term>
          </dt>
          <dd>goes on</dd>
        </>
      )}
      <dt>Can be undone</dt>
      <dd>
        {canReset(status) ? "yes" : "no"} <span className="muted">{canReset(status) ? "reset to v15" : ""}</span>
      </dd>
    </dl>
  );
}

/** The sessions of the sweep under way, and those it has still to take, by its own count: the catalog's lags behind it. */
function readSweep(run: RunDetail | null): { total: number; left: number } | null {
  const sweep = run?.phases.find(({ id, state }) => id === "source-ip" && state === "running");
  if (sweep?.done == null || sweep.total === null) return null;
  return { total: sweep.total, left: Math.max(0, sweep.total - sweep.done) };
}
