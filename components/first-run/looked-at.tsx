import { type IconState, StateIcon } from "@/components/ui/icons";
import type { EligibilityItem } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

const ICONS: Record<EligibilityItem["state"], IconState> = { met: "complete", failed: "error", waiting: "pending" };
const WORDS: Record<EligibilityItem["state"], string> = {
  met: "found",
  failed: "missing",
  waiting: "not looked at yet",
};

/** What a database needs to be, in the order in which it is looked at, and what was found. */
export function LookedAt({ items }: { items: EligibilityItem[] }) {
  return (
    <section className="section" aria-labelledby="looked-at">
      <div className="section-head">
        <h2 id="looked-at">What is needed, and what was found</h2>
        <p>In this order; the first one missing is the one to mend</p>
      </div>
      <ol className="looked-at">
        {items.map(({ id, needed, state, found }) => (
          <li key={id} className={state}>
            <StateIcon state={ICONS[state]} />
            <span className="needed">{needed}</span>
            <span className="found">
              <span className="sr">{WORDS[state]}: </span>
              {toDisplayText(found ?? "not looked at yet: what is above comes first")}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
