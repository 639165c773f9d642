import { useStillness } from "@/components/run/use-stillness";
import { RuledBar } from "@/components/ui/ruled-bar";
import { formatCount, formatDuration, formatShare } from "@/lib/client/format";
import { shareOf } from "@/lib/client/gauge-reading";
import { whenIdle } from "@/lib/client/run-state";
import type { RunDetail } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** How far a run is: its phase, rows done of total, rows a second, time left. Two lines, whatever is known. */
export function RunProgress({ run }: { run: RunDetail | null }) {
  const index = run?.phases.findIndex(({ state }) => state === "running") ?? -1;
  const phase = run?.phases[index] ?? null;
  const share = phase === null ? null : shareOf(phase);
  const stillMs = useStillness(run?.status === "running" ? phase : null);
  // While it is held, or a batch is stuck, its last pace would promise an end.
  const isMoving = run?.status === "running" && stillMs === 0;
  const figures =
    phase === null
      ? [run === null ? "–" : whenIdle(run)]
      : [
          ...(phase.done === null || phase.total === null
            ? ["structure"]
            : [`${formatCount(phase.done)} of ${formatCount(phase.total)}`]),
          ...(isMoving || run === null
            ? []
            : [stillMs === 0 ? whenIdle(run) : `no news of a batch for ${formatDuration(stillMs)}`]),
          ...(!isMoving || phase.rowsPerSecond === null
            ? []
            : [`${formatCount(Math.round(phase.rowsPerSecond))} rows/s`]),
          ...(!isMoving || phase.etaSeconds === null
            ? []
            : [`phase done in ${formatDuration(phase.etaSeconds * 1_000)}`]),
        ];
  const title = phase === null ? "Run" : `Phase ${index + 1} of ${run?.phases.length}, ${phase.title}`;
  return (
    <div className="mt-2">
      <p className="flex justify-between gap-3">
        <span>{title}</span>
        <span>{share === null ? "–" : formatShare(share, 0)}</span>
      </p>
      <div className="my-1">
        <RuledBar share={share ?? 0} label={title} tone={run?.status === "running" ? "tide" : "amber"} />
      </div>
      <p className="xs text-ink-3">{figures.join(" · ")}</p>
      {run?.slowBecause == null ? null : <p className="xs t-amber mt-1">Slower: {toDisplayText(run.slowBecause)}</p>}
    </div>
  );
}
