"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { PlanFile } from "@/components/plan/plan-file";
import { PlanNext } from "@/components/plan/plan-next";
import { PlanOutlook } from "@/components/plan/plan-outlook";
import { PlannedPhase } from "@/components/plan/planned-phase";
import { Ago } from "@/components/ui/ago";
import { StateIcon } from "@/components/ui/icons";
import { RefusedPage } from "@/components/ui/refused-page";
import { formatCounted } from "@/lib/client/format";
import { planOptions, toPlanOccasion } from "@/lib/client/plan-options";
import { toPlanVerdict } from "@/lib/client/plan-verdict";
import { answeredValue, statusOptions } from "@/lib/client/query-options";
import { toDisplayText } from "@/lib/plain-text";

const ICON_OF_TONE = { tide: "complete", amber: "partial", coral: "error", slate: "pending" } as const;

/** The SQL still to run, in order, and what it means for everybody else. */
export function PlanView({ writerWaitMs }: { writerWaitMs: number }) {
  const { data: answered } = useQuery(statusOptions);
  const status = answeredValue(answered);
  const occasion = toPlanOccasion(answered);
  const { data, dataUpdatedAt, isFetching, refetch } = useQuery({
    ...planOptions(occasion),
    placeholderData: keepPreviousData,
  });
  if (data === undefined) return null;
  if (!data.ok) return <RefusedPage refusal={data.refusal} />;
  if (status === null) return null;
  const { steps } = data.value;
  const numbered = steps.map((step, index) => ({ ...step, number: index + 1 }));
  const { tone, title, lead } = toPlanVerdict(status, steps);
  const isIdle = status.activeRun === null;
  return (
    <>
      <div className="verdict">
        <div className="say">
          <h1>
            <StateIcon state={isIdle ? ICON_OF_TONE[tone] : "running"} />
            <span>{title}</span>
          </h1>
          <p className="lead">{lead}</p>
        </div>
        <div className="more">{isIdle && steps.length > 0 ? <PlanOutlook occasion={occasion} /> : null}</div>
        <PlanNext status={status} steps={steps} writerWaitMs={writerWaitMs} />
      </div>
      <section className="section plan" aria-labelledby="steps">
        <div className="section-head">
          <h2 id="steps">Steps by phase</h2>
          <p>
            {formatCounted(steps.length, "step")}, planned{" "}
            {isFetching || dataUpdatedAt === 0 ? "anew just now" : <Ago at={new Date(dataUpdatedAt).toISOString()} />}
          </p>
          <div className="end">
            <button type="button" className="btn quiet" onClick={() => void refetch()}>
              <RefreshCw className="i i-s" aria-hidden="true" /> Plan again
            </button>
            <PlanFile steps={steps} database={status.database} readAt={new Date(dataUpdatedAt).toISOString()} />
          </div>
        </div>
        {status.phases.map((phase) => (
          <PlannedPhase key={phase.id} phase={phase} steps={numbered.filter((step) => step.phase === phase.id)} />
        ))}
        <Verdict schema={status.database.schema} />
      </section>
    </>
  );
}

/** What no plan lists, since it does not depend on the database: the end of every run. */
function Verdict({ schema }: { schema: string }) {
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
            <code>ANALYZE</code> of the three tables, sweeps until ingest is caught up with, the ledger, the gates. Only
            where no error is left, <code>schema_version</code> in <code>{toDisplayText(schema)}.schema_state</code>{" "}
            becomes 16, in the transaction that checked it.
          </span>
        </p>
      </div>
    </section>
  );
}
