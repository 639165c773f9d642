import { StateIcon } from "@/components/ui/icons";
import { RuledBar } from "@/components/ui/ruled-bar";
import { formatDuration } from "@/lib/client/format";
import { toComparison, toRowsText, toScaleMs } from "@/lib/client/run-comparison";
import type { ComparedRun } from "@/lib/contract";

const ICONS = { waiting: "pending", running: "running", complete: "complete", failed: "error" } as const;

/** The phases of a run as bars to one scale, each with a mark at the median of earlier runs, and the same in words. */
export function PhaseComparison({ run: { id, status, phases } }: { run: ComparedRun }) {
  const scaleMs = toScaleMs(phases);
  const isUnderWay = status === "running" || status === "pausing" || status === "paused";
  return (
    <ul className="phase-times" aria-label={`Phases of run ${id}`}>
      {phases.map((phase) => {
        const { title, state, durationMs, rows, usual } = phase;
        const comparison = durationMs === null || state !== "complete" ? null : toComparison(durationMs, usual);
        const isSlow = comparison?.verdict === "slower";
        return (
          <li key={phase.id}>
            <span className="name">
              <StateIcon state={state === "running" && !isUnderWay ? "partial" : ICONS[state]} small /> {title}
            </span>
            <RuledBar
              share={durationMs === null ? null : durationMs / scaleMs}
              {...(usual === null ? {} : { threshold: usual.durationMs / scaleMs })}
              tone={isSlow ? "amber" : "tide"}
            />
            <span className="num">{durationMs === null ? "not finished" : formatDuration(durationMs)}</span>
            <span className={isSlow ? "t-amber" : "soft"}>
              {comparison?.words ?? (state === "failed" ? "failed" : "")}
            </span>
            <span className="rows muted">{toRowsText(rows, usual)}</span>
          </li>
        );
      })}
    </ul>
  );
}
