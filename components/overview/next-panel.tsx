"use client";

import { ChartNoAxesColumn, ListOrdered, Play, RefreshCw } from "lucide-react";
import Link from "next/link";
import { StartMigration } from "@/components/overview/start-migration";
import { ResetButton } from "@/components/reset/reset-button";
import { useActions } from "@/components/shell/actions";
import { Dot } from "@/components/ui/dot";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunAction, useRunChange } from "@/components/ui/use-run-action";
import { formatCount, formatCounted } from "@/lib/client/format";
import { countOpen } from "@/lib/client/verdict-text";
import { viewsInTheWay } from "@/lib/client/views-in-the-way";
import type { ActiveRun, Status } from "@/lib/contract";

/** The one thing to do next, what it means, and the quieter ways. On a narrow screen the button is a bar at the foot. */
export function NextPanel({ status, writerWaitMs }: { status: Status; writerWaitMs: number }) {
  const sessions = status.phases[0]?.rows ?? null;
  return (
    <div className="next">
      <aside className="panel" aria-label="Next">
        <div className="in stack pt-4">
          <PrimaryAction status={status} />
          <dl className="facts">
            <dt>Sessions</dt>
            <dd>
              {sessions === null ? "–" : formatCount(sessions.total)}{" "}
              {sessions?.exact === false ? <span className="muted">estimated</span> : null}
            </dd>
            <dt>Writers wait at most</dt>
            <dd>{formatCount(writerWaitMs)} ms</dd>
            <dt>Application</dt>
            <dd>
              goes on <span className="muted">writing</span>
            </dd>
            <dt>Can be undone</dt>
            <dd>
              {canReset(status) ? "yes" : "no"} <span className="muted">reset to v15</span>
            </dd>
          </dl>
          <div className="border-t border-line pt-3">
            <ResetButton database={status.database.name} whyNot={whyNoReset(status)} />
          </div>
        </div>
      </aside>
    </div>
  );
}

function PrimaryAction({ status }: { status: Status }) {
  const { activeRun, verdict } = status;
  if (activeRun !== null) return <ActiveRunAction run={activeRun} />;
  if (verdict !== "migrated") {
    return (
      <div className="stack">
        <StartMigration viewsInTheWay={viewsInTheWay(status)} />
        <Link className="btn wide" href="/plan">
          <ListOrdered className="i i-s" aria-hidden="true" /> See the plan
        </Link>
      </div>
    );
  }
  const open = countOpen(status);
  return open > 0 ? (
    <CatchUp sessions={open} />
  ) : (
    <div className="sticky-cta">
      <Link className={LOOK} href="/coverage">
        <ChartNoAxesColumn className="i" aria-hidden="true" /> See the coverage
      </Link>
    </div>
  );
}

const LOOK = "btn primary big wide";

function ActiveRunAction({ run }: { run: ActiveRun }) {
  const { ask, isPending, refusal } = useRunChange(useActions().resumeRun);
  const isHeld = run.status === "pausing" || run.status === "paused";
  const follow = (look: string) => (
    <Link className={look} href={`/runs/${run.id}`}>
      <Dot /> Follow run {run.id}
    </Link>
  );
  return (
    <div className="stack">
      <div className="sticky-cta">
        {isHeld ? (
          <button type="button" className={LOOK} disabled={isPending} onClick={() => void ask({ runId: run.id })}>
            <Play className="i" aria-hidden="true" /> Resume run {run.id}
          </button>
        ) : (
          follow(LOOK)
        )}
      </div>
      {isHeld ? follow("btn wide") : null}
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not resumed" />}
    </div>
  );
}

function CatchUp({ sessions }: { sessions: number }) {
  const { start, isPending, refusal } = useRunAction(useActions().catchUp);
  return (
    <div className="stack">
      <div className="sticky-cta">
        <button type="button" className={LOOK} disabled={isPending} onClick={() => start()}>
          <RefreshCw className="i" aria-hidden="true" /> Catch up {formatCounted(sessions, "session")}
        </button>
      </div>
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not started" />}
    </div>
  );
}

const canReset = ({ version }: Status) => version.recorded === "15" || version.recorded === "16";

function whyNoReset(status: Status): string | null {
  if (status.activeRun !== null) return `Run ${status.activeRun.id} is active; reset waits until it has ended.`;
  if (!canReset(status)) return `Recorded ${status.version.recorded ?? "nothing"}: only 15 and 16 can be reset.`;
  return null;
}
