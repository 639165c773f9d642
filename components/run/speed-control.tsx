import { useId } from "react";
import type { Speed } from "@/lib/contract";

/** What each pace means, slowest first. */
const MEANINGS: Record<Speed, string> = {
  gentle: "Works a quarter of the time on one connection, in small batches",
  normal: "Works all the time, in batches of the target duration",
  fast: "Works all the time, in batches twice as long",
};

/** The pace of a run, of three. */
export function SpeedControl(props: {
  speed: Speed;
  /** Why it cannot be changed now, or null. */
  whyNot: string | null;
  isPending?: boolean;
  onChange: (speed: Speed) => void;
}) {
  const { speed, whyNot, isPending = false, onChange } = props;
  const [label, why] = [useId(), useId()];
  const isOff = whyNot !== null || isPending;
  return (
    <div className="speed">
      <span className="xs muted" id={label}>
        Speed
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame of its own */}
      <div className="seg" role="group" aria-labelledby={label} aria-describedby={whyNot === null ? undefined : why}>
        {(Object.keys(MEANINGS) as Speed[]).map((each) => (
          <button
            type="button"
            key={each}
            aria-pressed={each === speed}
            aria-disabled={isOff}
            title={whyNot ?? MEANINGS[each]}
            onClick={() => {
              if (!isOff && each !== speed) onChange(each);
            }}
          >
            {each}
          </button>
        ))}
      </div>
      {whyNot === null ? null : (
        <span className="sr" id={why}>
          {whyNot}
        </span>
      )}
    </div>
  );
}
