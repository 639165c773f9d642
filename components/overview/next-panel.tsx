"use client";

import { ChartNoAxesColumn, Play, RefreshCw } from "lucide-react";
import Link from "next/link";
import { ResetButton } from "@/components/reset/reset-button";
import { useActions } from "@/components/shell/actions";
import { Dot } from "@/components/ui/dot";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunAction } from "@/components/ui/use-run-action";
import { formatCount } from "@/lib/client/format";
import { countOpen } from "@/lib/client/verdict-text";
import type { Status } from "@/lib/contract";

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
  const open = countOpen(status);
  const { activeRun, verdict } = status;
  const { runMigration, catchUp } = useActions();
  const migration = useRunAction(runMigration);
  const catchingUp = useRunAction(catchUp);
  const refusal = migration.refusal ?? catchingUp.refusal;
  const look = "btn primary big wide";
  return (
    <div className="stack">
      <div className="sticky-cta">
        {activeRun !== null ? (
          <Link className={look} href={`/runs/${activeRun.id}`}>
            <Dot /> Follow run {activeRun.id}
          </Link>
        ) : verdict !== "migrated" ? (
          <button type="button" className={look} disabled={migration.isPending} onClick={() => migration.start()}>
            <Play className="i" aria-hidden="true" /> Run migration
          </button>
        ) : open > 0 ? (
          <button type="button" className={look} disabled={catchingUp.isPending} onClick={() => catchingUp.start()}>
            <RefreshCw className="i" aria-hidden="true" /> Catch up {formatCount(open)} session{open === 1 ? "" : "s"}
          </button>
        ) : (
          <Link className={look} href="/coverage">
            <ChartNoAxesColumn className="i" aria-hidden="true" /> See the coverage
          </Link>
        )}
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
