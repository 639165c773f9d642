import { phaseIcon } from "@/components/overview/phase-icon";
import { PlannedStepView } from "@/components/plan/planned-step-view";
import { StepFacts } from "@/components/plan/step-facts";
import { StateIcon } from "@/components/ui/icons";
import { formatCounted } from "@/lib/client/format";
import type { NumberedStep, PlanStretch } from "@/lib/client/plan-order";
import { toTimesText } from "@/lib/client/plan-times";
import { groupSteps, strongestLock, toLockWords } from "@/lib/client/plan-words";
import type { ActiveRun, PlannedStep } from "@/lib/contract";

/** What a run does of one phase in one go: its name as a margin note, its steps beside it. */
export function PlannedPhase(props: { stretch: PlanStretch; activeRun: ActiveRun | null }) {
  const { phase, steps, isAhead } = props.stretch;
  // A phase that a run comes back to is there twice.
  const id = `plan-${phase.id}${isAhead ? `-${steps[0]?.number}` : ""}`;
  return (
    <section className="phase" aria-labelledby={id}>
      <header>
        <StateIcon state={phaseIcon(phase, props.activeRun)} />
        <h3 id={id}>
          {phase.number} {phase.title}
          {isAhead ? ", ahead" : null}
        </h3>
        {isAhead ? <p className="muted xs">before the sweep, which writes to these tables</p> : null}
        {steps.length === 0 ? null : <StretchSum steps={steps} />}
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
  return (
    <div className={`step-group ${steps.length > 1 ? "several" : ""}`.trim()}>
      <ol start={steps[0]?.number}>
        {steps.map((step) => (
          <PlannedStepView key={step.id} step={step} number={step.number} />
        ))}
      </ol>
      <StepFacts steps={steps} />
    </div>
  );
}

function StretchSum({ steps }: { steps: PlannedStep[] }) {
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
