"use client";

import { Pause, Play } from "lucide-react";
import { useId } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { CancelRun } from "@/components/run/cancel-run";
import { SpeedControl } from "@/components/run/speed-control";
import { useKey } from "@/components/run/use-key";
import { WorkersControl } from "@/components/run/workers-control";
import { useActions } from "@/components/shell/actions";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunChange } from "@/components/ui/use-run-action";
import { type RunControls as Controls, toRunControls } from "@/lib/client/run-state";
import type { RunDetail } from "@/lib/contract";

/**
 * What an operator may ask of a run under way: pace, cancel, hold. The run page shows what becomes of it, nothing is
 * shown beforehand. On a narrow screen the button that holds the run is a bar at the foot.
 */
export function RunControls({ run }: { run: RunDetail }) {
  const mayNot = useWhyNotMay("operator");
  const controls = toRunControls(run, mayNot);
  return controls === null ? null : <ActiveRunControls run={run} controls={controls} />;
}

function ActiveRunControls({ run, controls }: { run: RunDetail; controls: Controls }) {
  const { pauseRun, resumeRun, setRunSpeed } = useActions();
  const hold = useRunChange(controls.isHeld ? resumeRun : pauseRun);
  const pace = useRunChange(setRunSpeed);
  const why = useId();
  const isOff = controls.whyNotHold !== null || hold.isPending;
  const refusal = hold.refusal ?? pace.refusal;
  const toggle = () => {
    if (!isOff) void hold.ask({ runId: run.id });
  };
  useKey("p", toggle);

  const button = (look: string) => (
    <button type="button" className={look} aria-disabled={isOff} aria-describedby={why} onClick={toggle}>
      {controls.isHeld ? <Play className="i i-s" aria-hidden="true" /> : <Pause className="i i-s" aria-hidden="true" />}{" "}
      {controls.isHeld ? "Resume" : "Pause"} <kbd className="hide-s">p</kbd>
    </button>
  );
  return (
    <>
      <div className="end">
        <SpeedControl
          speed={run.speed}
          whyNot={controls.whyNotPace}
          isPending={pace.isPending}
          onChange={(speed) => void pace.ask({ runId: run.id, speed })}
        />
        <WorkersControl
          workers={run.workers}
          whyNot={controls.whyNotPace}
          isPending={pace.isPending}
          onChange={(workers) => void pace.ask({ runId: run.id, speed: run.speed, workers })}
        />
        <CancelRun run={run} whyNot={controls.whyNotCancel} />
        {button("btn primary go")}
      </div>
      <p className={controls.whyNotHold === null ? "sr" : "why-none xs muted"} id={why}>
        {controls.whyNotHold ?? "It acts between two batches."}
      </p>
      {refusal === null ? null : (
        <div className="refused">
          <RefusalPanel refusal={refusal} title="Nothing was changed" />
        </div>
      )}
      <div className="sticky-cta only-s">{button("btn primary big wide")}</div>
    </>
  );
}
