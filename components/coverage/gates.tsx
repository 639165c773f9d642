import { MeasureButton } from "@/components/coverage/measure-button";
import { type IconState, StateIcon, toneOf } from "@/components/ui/icons";
import { RuledBar } from "@/components/ui/ruled-bar";
import { formatCount, formatShare } from "@/lib/client/format";
import type { Answer, Gate } from "@/lib/contract";

/** The four checkpoint gates; the one that only measuring can tell is measured on demand. */
export function Gates({ gates, measure }: { gates: Gate[]; measure: () => Promise<Answer<{ gates: Gate[] }>> }) {
  const isMeasurable = gates.some(({ id, value }) => id === "query-performance" && value === null);
  const hasInventory = gates.some(({ id, value }) => id === "ip-coverage" && value !== null);
  const count = (passed: boolean | null) => gates.filter((gate) => gate.passed === passed).length;
  const missed = count(false) > 0 ? `, ${count(false)} missed` : "";
  const unknown = count(null) > 0 ? `, ${count(null)} unknown. Unknown is not passed.` : ".";
  return (
    <section className="section" aria-labelledby="gates">
      <div className="section-head gates-head">
        <h2 id="gates">Checkpoint gates</h2>
        <p>
          {count(true)} of {gates.length} passed{missed}
          {unknown}
        </p>
        {isMeasurable && hasInventory ? (
          <div className="end">
            <MeasureButton measure={measure} />
          </div>
        ) : null}
      </div>
      <div className="readouts gates">
        {gates.map((gate) => (
          <GateReadout key={gate.id} gate={gate} />
        ))}
      </div>
    </section>
  );
}

function GateReadout({ gate }: { gate: Gate }) {
  const state: IconState = gate.passed === null ? "unknown" : gate.passed ? "complete" : "error";
  const { figure, needs, share, threshold } = readGate(gate);
  return (
    <div className="readout gate">
      <div className="label">
        <StateIcon state={state} />
        <h3 className="text-ink">{gate.id}</h3>
        <span className={`ml-auto t-${toneOf(state)}`}>
          {gate.passed === null ? "unknown" : gate.passed ? "passed" : "missed"}
        </span>
      </div>
      <div className="big">
        {figure === null ? null : `${figure} `}
        <small>{needs}</small>
      </div>
      <RuledBar share={share} threshold={threshold} tone={gate.passed === false ? "amber" : "tide"} />
      <p className="sub">{gate.detail}</p>
    </div>
  );
}

/** A gate's value in its own unit, null while it is unknown, and as a level on its bar. */
function readGate({ id, value, threshold }: Gate): {
  figure: string | null;
  needs: string;
  share: number | null;
  threshold: number;
} {
  switch (id) {
    case "ip-coverage":
    case "api-reduction":
      return {
        figure: value === null ? null : formatShare(value),
        needs: `needs > ${formatShare(threshold)}`,
        share: value,
        threshold,
      };
    case "zero-data-loss":
      return {
        figure: value === null ? null : formatCount(value),
        needs: value === null ? "needs 0 differences" : "differences, needs 0",
        share: value === null ? null : value === 0 ? 1 : 0,
        threshold: 1,
      };
    case "query-performance":
      return {
        figure: value === null ? null : value < 0.01 ? "< 0.01 s" : `${value.toFixed(2)} s`,
        needs: `needs < ${threshold} s`,
        share: value === null ? null : Math.min(1, value / threshold),
        threshold: 1,
      };
    default:
      return id satisfies never;
  }
}
