import { toLockWords, toStepWords } from "@/lib/client/plan-words";
import type { PlannedStep } from "@/lib/contract";

const HOW: Record<PlannedStep["kind"], string> = {
  statement: "alone, outside a transaction",
  transaction: "in one transaction",
  sweep: "in batches, each committed",
};

/** How a step is done, what it keeps from whom, and what could go wrong. */
export function StepFacts({ step }: { step: PlannedStep }) {
  const lock = toLockWords(step.lock);
  const { risks } = toStepWords(step);
  return (
    <div className="step-facts">
      <dl>
        <dt>Lock</dt>
        <dd>
          <span className={lock.isFelt ? "t-amber strong" : undefined}>{step.lock ?? "none"}</span>
          <span className="means">{lock.text}</span>
        </dd>
        <dt>Done</dt>
        <dd>{HOW[step.kind]}</dd>
        {risks.length === 0 ? null : (
          <>
            <dt>Risk</dt>
            <dd>
              <ul>
                {risks.map((risk) => (
                  <li key={risk}>{risk}</li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}
