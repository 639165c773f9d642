import { StateIcon } from "@/components/ui/icons";
import { toDisplayText } from "@/lib/client/log-text";
import type { RunDetail } from "@/lib/contract";

/** Why the run is slow right now, or why it paused by itself and what to do; nothing where neither is so. */
export function PaceLine({ run }: { run: Pick<RunDetail, "id" | "status" | "slowBecause" | "error"> }) {
  const { status, slowBecause, error } = run;
  if (status === "running" && slowBecause !== null) {
    return (
      <p className="lost sm" role="status">
        <StateIcon state="waiting" small /> Slow because {toDisplayText(slowBecause)}. It makes room for others and is
        back at full pace by itself.
      </p>
    );
  }
  if ((status === "pausing" || status === "paused") && error !== null) {
    return (
      <p className="lost sm" role="alert">
        <StateIcon state="paused" small /> Paused by itself: {toDisplayText(error.message)}
        {error.sqlstate === null ? "." : ` (${error.sqlstate}).`} {toDisplayText(error.remedy ?? "")}
      </p>
    );
  }
  return null;
}
