"use client";

import { ChartNoAxesColumn } from "lucide-react";
import Link from "next/link";
import { StartMigration } from "@/components/overview/start-migration";
import { Dot } from "@/components/ui/dot";
import { formatCount, formatCounted } from "@/lib/client/format";
import { strongestLock, toLockWords, toTimesText } from "@/lib/client/plan-words";
import { viewsInTheWay } from "@/lib/client/views-in-the-way";
import type { PlannedStep, Status } from "@/lib/contract";

/** What to do with the plan, and what it comes to. */
export function PlanNext(props: { status: Status; steps: PlannedStep[]; writerWaitMs: number }) {
  const { status, steps, writerWaitMs } = props;
  const lock = strongestLock(steps);
  const phases = new Set(steps.map(({ phase }) => phase)).size;
  return (
    <div className="next">
      <aside className="panel" aria-label="Next">
        <div className="in stack pt-4">
          <PrimaryAction status={status} steps={steps} />
          {steps.length === 0 ? null : (
            <dl className="facts">
              <dt>Steps</dt>
              <dd>
                {formatCount(steps.length)} <span className="muted">in {formatCounted(phases, "phase")}</span>
              </dd>
              <dt>Takes</dt>
              <dd>{toTimesText(steps)}</dd>
              <dt>Strongest lock</dt>
              <dd>
                {lock ?? "none"} <span className="muted block">{toLockWords(lock).text}</span>
              </dd>
              <dt>Writers wait at most</dt>
              <dd>
                {formatCount(writerWaitMs)} ms <span className="muted block">for a lock that is asked for</span>
              </dd>
            </dl>
          )}
        </div>
      </aside>
    </div>
  );
}

const LOOK = "btn primary big wide";

function PrimaryAction({ status, steps }: { status: Status; steps: PlannedStep[] }) {
  const { activeRun, verdict } = status;
  if (activeRun === null && verdict !== "migrated") return <StartMigration viewsInTheWay={viewsInTheWay(status)} />;
  return (
    <div className="sticky-cta">
      {activeRun !== null ? (
        <Link className={LOOK} href={`/runs/${activeRun.id}`}>
          <Dot /> Follow run {activeRun.id}
        </Link>
      ) : steps.length > 0 ? (
        <Link className={LOOK} href="/">
          Catch up from the Overview
        </Link>
      ) : (
        <Link className={LOOK} href="/coverage">
          <ChartNoAxesColumn className="i" aria-hidden="true" /> See the coverage
        </Link>
      )}
    </div>
  );
}
