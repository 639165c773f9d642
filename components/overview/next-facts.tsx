"use client";

import { useQuery } from "@tanstack/react-query";
import { Term } from "@/components/ui/term";
import { formatCount, formatCounted, formatDuration } from "@/lib/client/format";
import { planOptions, toPlanOccasion } from "@/lib/client/plan-options";
import { answeredValue } from "@/lib/client/query-options";
import { canReset } from "@/lib/client/reset-words";
import { countOpen } from "@/lib/client/verdict-text";
import type { Status } from "@/lib/contract";

/** What pressing the button comes to. Steps and time are told once the plan was read: planning counts rows. */
export function NextFacts({ status, writerWaitMs }: { status: Status; writerWaitMs: number }) {
  const sessions = status.phases[0]?.rows ?? null;
  const about = sessions?.exact === false ? <span className="muted">estimated</span> : null;
  const occasion = toPlanOccasion(status);
  const steps = answeredValue(useQuery({ ...planOptions(occasion), enabled: false }).data)?.steps ?? null;
  return (
    <dl className="facts">
      <dt>Sessions</dt>
      <dd>
        {sessions === null ? "–" : formatCount(sessions.total)} {about}
      </dd>
      <dt>
        <Term id="open-session">Open</Term>
      </dt>
      <dd>
        {sessions === null ? "–" : formatCount(countOpen(status))} {about}
      </dd>
      {status.activeRun !== null || steps === null || steps.length === 0 ? null : (
        <>
          <dt>Takes</dt>
          <dd>
            about {formatDuration(steps.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) * 1_000)}{" "}
            <span className="muted">{formatCounted(steps.length, "step")}</span>
          </dd>
        </>
      )}
      <dt>Writers wait at most</dt>
      <dd>{formatCount(writerWaitMs)} ms</dd>
      <dt>
        <Term id="ingest">Ingest</Term>
      </dt>
      <dd>goes on</dd>
      <dt>Can be undone</dt>
      <dd>
        {canReset(status) ? "yes" : "no"} <span className="muted">{canReset(status) ? "reset to v15" : ""}</span>
      </dd>
    </dl>
  );
}
