import type { NumberedStep } from "@/lib/client/plan-order";
import { toLockWords, toStepWords } from "@/lib/client/plan-words";
import type { PlannedStep } from "@/lib/contract";

const HOW: Record<PlannedStep["kind"], string> = {
  statement: "alone, outside a transaction",
  transaction: "in one transaction",
  sweep: "in batches, each committed",
};

/** How steps are done, what they keep from whom, and what could go wrong: the same of all of them. */
export function StepFacts({ steps }: { steps: NumberedStep[] }) {
  const [step] = steps;
  const last = steps.at(-1);
  if (step === undefined || last === undefined) return null;
  const lock = toLockWords(step.lock);
  const { risks } = toStepWords(step);
  return (
    <div className="step-facts">
      {step === last ? null : (
        <p className="muted">
          Each of steps {step.number} {last.number === step.number + 1 ? "and" : "to"} {last.number}
        </p>
      )}
      <dl>
        <dt>Lock</dt>
        <dd>
          <span className={lock.isFelt ? "t-amber strong" : undefined}>{step.lock ?? "none"}</span>
          <span className="means">{lock.text}</span>
        </dd>
        <dt>How</dt>
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
