import { SqlBlock } from "@/components/plan/sql-block";
import { CopyButton } from "@/components/ui/copy-button";
import { ObjectName } from "@/components/ui/object-name";
import { formatCounted } from "@/lib/client/format";
import { splitHelpers, toStepSql } from "@/lib/client/plan-text";
import { toTimeText } from "@/lib/client/plan-times";
import { toRowsText, toStepWords } from "@/lib/client/plan-words";
import type { PlannedStep } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** One step: what it does, how much it is, and its SQL whole. */
export function PlannedStepView({ step, number }: { step: PlannedStep; number: number }) {
  const { title, object, isTold } = toStepWords(step);
  const sql = toStepSql(step);
  const { helpers, own } = splitHelpers(step);
  const log = isTold ? (step.log ?? []) : [];
  return (
    <li className="step" id={`step-${number}`}>
      <span className="n" aria-hidden="true">
        {number}
      </span>
      <div className="what">
        <div className="head">
          <h4>
            <span className="sr">Step {number}: </span>
            {title} <ObjectName name={object} />
          </h4>
          <p className="xs muted">
            {toRowsText(step.rows)}, {toTimeText(step.seconds)}
          </p>
          <CopyButton label={`Copy the SQL of step ${number}`} read={() => `${sql}\n`} />
        </div>
        {log.length === 0 ? null : <p className="told sm soft">The log will say: {toDisplayText(log.join(". "))}</p>}
        {helpers.length === 0 ? null : (
          <SqlBlock
            sql={toStepSql({ ...step, sql: helpers })}
            closedAs={`${formatCounted(helpers.length, "function")} of schema tidemark that it calls, made before the first step`}
          />
        )}
        <SqlBlock sql={toStepSql({ ...step, sql: own })} />
      </div>
    </li>
  );
}
