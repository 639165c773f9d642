"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { PlanFile } from "@/components/plan/plan-file";
import { PlanNext } from "@/components/plan/plan-next";
import { PlanOutlook } from "@/components/plan/plan-outlook";
import { PlannedPhase } from "@/components/plan/planned-phase";
import { ICON_OF_STATUS } from "@/components/run/run-status-tag";
import { useKnownStatus } from "@/components/shell/known-status";
import { Ago } from "@/components/ui/ago";
import { StateIcon } from "@/components/ui/icons";
import { RefusedPage } from "@/components/ui/refused-page";
import { Term } from "@/components/ui/term";
import { TermedText } from "@/components/ui/termed-text";
import { useKeptAnswer } from "@/components/ui/use-kept-answer";
import { formatCounted } from "@/lib/client/format";
import { toNextStep } from "@/lib/client/next-step";
import { planOptions, toPlanOccasion } from "@/lib/client/plan-options";
import { toStretches } from "@/lib/client/plan-order";
import { toPlanVerdict } from "@/lib/client/plan-verdict";
import { answeredValue, runsOptions } from "@/lib/client/query-options";
import type { TermId } from "@/lib/client/terms";
import type { Status } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Words that the sentence of the page may bring up. */
const WORDS: TermId[] = ["declared", "run", "phase", "step", "sweep", "catch-up"];

/** The SQL still to run, in order, and what it means for everybody else. */
export function PlanView({ writerWaitMs }: { writerWaitMs: number }) {
  const { status } = useKnownStatus();
  const occasion = toPlanOccasion(status);
  const query = useQuery({ ...planOptions(occasion), placeholderData: keepPreviousData });
  const { answer, readAt } = useKeptAnswer(query);
  const { isFetching, refetch } = query;
  const runs = answeredValue(useKeptAnswer(useQuery(runsOptions)).answer)?.runs ?? [];
  if (answer === undefined) return null;
  if (!answer.ok) return <RefusedPage refusal={answer.refusal} />;
  if (status === null) return null;
  const { activeRun } = status;
  const isIdle = activeRun === null;
  // What a run sweeps at, it measures as it goes: an estimate beside that would be a second answer. Held, it has measured.
  const isMoving = !isIdle && activeRun.status !== "paused";
  const steps = answer.value.steps.map((step) =>
    isMoving && step.kind === "sweep" ? { ...step, seconds: null } : step,
  );
  const newest = runs.find(({ kind }) => kind !== "verify") ?? null;
  const next = toNextStep(status, newest);
  const { icon, title, lead } = toPlanVerdict(status, steps, next.kind === "resume" ? next.runId : null);
  return (
    <>
      <div className="verdict">
        <div className="say">
          <h1>
            <StateIcon state={isIdle ? icon : ICON_OF_STATUS[activeRun.status]} />
            <span>{title}</span>
          </h1>
          <p className="lead">
            <TermedText text={lead} terms={WORDS} />
          </p>
        </div>
        <PlanNext status={status} next={next} newest={newest} steps={steps} writerWaitMs={writerWaitMs} />
        <div className="more">{isIdle && steps.length > 0 ? <PlanOutlook occasion={occasion} /> : null}</div>
      </div>
      <section className="section plan" aria-labelledby="steps">
        <div className="section-head">
          <h2 id="steps">Steps by phase</h2>
          <p>
            {steps.length === 0 ? "No step" : formatCounted(steps.length, "step")}, planned{" "}
            {isFetching || readAt === 0 ? "anew just now" : <Ago at={new Date(readAt).toISOString()} />}
          </p>
          <div className="end">
            <button type="button" className="btn quiet" onClick={() => void refetch()}>
              <RefreshCw className="i i-s" aria-hidden="true" /> Plan again
            </button>
            <PlanFile steps={steps} database={status.database} readAt={new Date(readAt).toISOString()} />
          </div>
        </div>
        {toStretches(status.phases, steps).map((stretch) => (
          <PlannedPhase
            key={`${stretch.phase.id} ${stretch.steps[0]?.number}`}
            stretch={stretch}
            activeRun={activeRun}
          />
        ))}
        {steps.length === 0 && status.verdict === "migrated" ? null : <Verdict status={status} />}
      </section>
    </>
  );
}

/** What no plan lists, since it does not depend on the database: the end of every run. */
function Verdict({ status: { database, verdict } }: { status: Status }) {
  return (
    <section className="phase" aria-labelledby="plan-verdict">
      <header>
        <StateIcon state="pending" />
        <h3 id="plan-verdict">Verdict</h3>
        <p className="muted xs">at the end of every run</p>
      </header>
      <div>
        <p className="quiet-note">
          <StateIcon state="note" />
          <span>
            <code>ANALYZE</code> of the tables filled, sweeps until <Term id="ingest" /> is caught up with, the{" "}
            <Term id="ledger" />, the <Term id="gate">gates</Term>. Only if no error is left,{" "}
            <code>schema_version</code> in <code>{toDisplayText(database.schema)}.schema_state</code> becomes 16, in the
            transaction that checked it.
            {verdict === "drifted" ? " Until then the 16 that is recorded already stays, and is not true." : null}
          </span>
        </p>
      </div>
    </section>
  );
}
