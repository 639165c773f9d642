import { StateIcon } from "@/components/ui/icons";
import type { Refusal } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** A refusal in place: what was refused, why, and the one thing to do. Announced when it appears. */
export function RefusalPanel({ refusal, title }: { refusal: Refusal["error"]; title: string }) {
  return (
    <section className="panel coral" role="alert">
      <header>
        <StateIcon state="error" small />
        <h2>{title}</h2>
      </header>
      <div className="in sm">
        <p className="[overflow-wrap:anywhere]">{toDisplayText(refusal.message)}</p>
        <p className="mt-1 text-ink-2">{toDisplayText(refusal.remedy)}</p>
        {refusal.activeRun === null ? null : (
          <p className="mt-2">
            <a href={`/runs/${refusal.activeRun.id}`}>Follow run {refusal.activeRun.id}</a>
          </p>
        )}
      </div>
    </section>
  );
}
