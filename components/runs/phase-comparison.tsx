import { type IconState, StateIcon } from "@/components/ui/icons";
import { RuledBar } from "@/components/ui/ruled-bar";
import { formatDuration } from "@/lib/client/format";
import { toComparison, toRowsText, toScaleMs } from "@/lib/client/run-comparison";
import { isActive } from "@/lib/client/run-state";
import type { ComparedRun } from "@/lib/contract";

const ICONS = { waiting: "pending", running: "running", complete: "complete", failed: "error" } as const;

/** The phases of a run as bars to one scale, each with a mark at the median of earlier runs, and the same in words. */
export function PhaseComparison({ run: { id, status, phases } }: { run: ComparedRun }) {
  const scaleMs = toScaleMs(phases);
  const hasMarks = phases.some(({ usual }) => usual !== null);
  return (
    <div className="phase-times">
      <p className="xs muted">
        Time by phase, to one scale{hasMarks ? "; the mark is the median of earlier runs" : null}
      </p>
      <ul aria-label={`Phases of run ${id}`}>
        {phases.map((phase) => {
          const { title, state, durationMs, rows, usual } = phase;
          const comparison = durationMs === null || state !== "complete" ? null : toComparison(durationMs, usual);
          const isSlow = comparison?.verdict === "slower";
          return (
            <li key={phase.id}>
              <span className="name">
                <StateIcon state={iconOf(state, status)} small /> {title}
              </span>
              {durationMs === null ? (
                <span className="no-bar" />
              ) : (
                <RuledBar
                  share={durationMs / scaleMs}
                  {...(usual === null ? {} : { threshold: usual.durationMs / scaleMs })}
                  tone={state === "failed" ? "coral" : isSlow ? "amber" : "tide"}
                />
              )}
              <span className="num">{durationMs === null ? whyNoTime(status) : formatDuration(durationMs)}</span>
              <span className={isSlow ? "t-amber" : "soft"}>
                {comparison?.words ?? (state === "failed" ? "failed" : "")}
              </span>
              <span className="rows muted">{toRowsText(rows, usual)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function iconOf(state: keyof typeof ICONS, status: ComparedRun["status"]): IconState {
  if (state !== "running") return ICONS[state];
  if (status === "paused") return "paused";
  return isActive(status) ? "running" : "partial";
}

function whyNoTime(status: ComparedRun["status"]): string {
  if (status === "paused") return "paused";
  return isActive(status) ? "under way" : "not finished";
}
