import { StateIcon } from "@/components/ui/icons";
import type { RunDetail } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Why the run is slow right now; nothing while it is not. */
export function PacePanel({ run }: { run: Pick<RunDetail, "status" | "slowBecause"> }) {
  if (run.status !== "running" || run.slowBecause === null) return null;
  return (
    <section className="panel amber" aria-labelledby="slower">
      <header>
        <StateIcon state="waiting" small />
        <h2 id="slower">Slower right now</h2>
      </header>
      <div className="in why">
        <p>Slow because {toDisplayText(run.slowBecause)}.</p>
        <p className="xs soft">It makes room for others, and is back at full pace by itself.</p>
      </div>
    </section>
  );
}
