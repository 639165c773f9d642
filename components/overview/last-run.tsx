"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { RunProgress } from "@/components/overview/run-progress";
import { StoppedRun } from "@/components/overview/stopped-run";
import { RunStatusTag } from "@/components/run/run-status-tag";
import { Ago } from "@/components/ui/ago";
import { useKeptAnswer } from "@/components/ui/use-kept-answer";
import { formatDuration, formatStarter } from "@/lib/client/format";
import { answeredValue, runOptions } from "@/lib/client/query-options";
import type { RunDetail, RunSummary } from "@/lib/contract";

/** The run under way, or the last one: how it stands, how long it took, who began it, and what it asks for. */
export function LastRun({ newest, isActive }: { newest: RunSummary | null; isActive: boolean }) {
  const id = newest?.id ?? 0;
  const query = useQuery({ ...runOptions(id), enabled: newest !== null });
  const detail = answeredValue(useKeptAnswer(query, id).answer);
  return (
    <section aria-labelledby="last-run">
      <div className="under-head">
        <h2 className="sm" id="last-run">
          {!isActive ? "Last run" : newest?.status === "paused" ? "Run on hold" : "Run under way"}
        </h2>
        {newest === null ? null : (
          <span className="muted">
            started <Ago at={newest.startedAt} /> by {formatStarter(newest.startedBy)}
          </span>
        )}
      </div>
      {newest === null ? (
        <p className="sm text-ink-3">No run yet. The first one is shown here as soon as it begins.</p>
      ) : (
        <div className="sm">
          <p className="run-line">
            <RunStatusTag status={newest.status} />
            <span>
              <Link href={`/runs/${newest.id}`}>Run {newest.id}</Link>, {newest.kind}
              {tookText(newest, detail)}
            </span>
          </p>
          {isActive ? <RunProgress run={detail} /> : <StoppedRun run={newest} detail={detail} />}
        </div>
      )}
    </section>
  );
}

function tookText({ startedAt, finishedAt }: RunSummary, detail: RunDetail | null): string {
  if (finishedAt === null) return "";
  // Pauses and the time between two processes are no time that it took.
  const tookMs = detail?.durationMs ?? Date.parse(finishedAt) - Date.parse(startedAt);
  return `, took ${formatDuration(tookMs)}`;
}
