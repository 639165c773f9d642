import { PlannedStepView } from "@/components/plan/planned-step-view";
import { StepFacts } from "@/components/plan/step-facts";
import { StateIcon } from "@/components/ui/icons";
import { formatCounted } from "@/lib/client/format";
import { groupSteps, strongestLock, toLockWords, toTimesText } from "@/lib/client/plan-words";
import type { PhaseStatus, PlannedStep } from "@/lib/contract";

/** A step with its place in the whole plan, from 1. */
export type NumberedStep = PlannedStep & { number: number };

/** One phase of the plan: its name as a margin note, its steps beside it. */
export function PlannedPhase({ phase, steps }: { phase: PhaseStatus; steps: NumberedStep[] }) {
  const id = `plan-${phase.id}`;
  return (
    <section className="phase" aria-labelledby={id}>
      <header>
        <StateIcon state={phase.state} />
        <h3 id={id}>
          {phase.number} {phase.title}
        </h3>
        {steps.length === 0 ? null : <PhaseSum steps={steps} />}
      </header>
      {steps.length === 0 ? (
        <div>
          <p className="quiet-note">
            <StateIcon state={phase.state === "complete" ? "complete" : "note"} />
            <span>{phase.state === "complete" ? "As declared. No step." : "No step of its own."}</span>
          </p>
        </div>
      ) : (
        <div>
          {groupSteps(steps).map((group) => (
            <StepGroup key={group[0]?.id} steps={group} />
          ))}
        </div>
      )}
    </section>
  );
}

/** Steps of which the same is to be said: their SQL, and that once beside it. */
function StepGroup({ steps }: { steps: NumberedStep[] }) {
  const [first] = steps;
  return (
    <div className="step-group">
      <ol start={first?.number}>
        {steps.map((step) => (
          <PlannedStepView key={step.id} step={step} number={step.number} />
        ))}
      </ol>
      {first === undefined ? null : <StepFacts step={first} />}
    </div>
  );
}

function PhaseSum({ steps }: { steps: PlannedStep[] }) {
  const lock = strongestLock(steps);
  return (
    <>
      <p className="soft">{formatCounted(steps.length, "step")}</p>
      <p className="muted xs">{toTimesText(steps)}</p>
      {lock === null || !toLockWords(lock).isFelt ? null : (
        <p className="muted xs">
          up to {lock}: {toLockWords(lock).text}
        </p>
      )}
    </>
  );
}
