import Link from "next/link";
import type { CSSProperties } from "react";
import { StateIcon } from "@/components/ui/icons";
import { formatCount } from "@/lib/client/format";
import type { RunDetail } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Values that could not be represented, by reason. */
export function SetAsidePanel({ reasons, hasEnded }: { reasons: RunDetail["setAside"]; hasEnded: boolean }) {
  const most = Math.max(1, ...reasons.map(({ count }) => count));
  return (
    <section className="panel" aria-labelledby="set-aside">
      <header>
        <StateIcon state="set-aside" small />
        <h2 id="set-aside">Set aside, by reason</h2>
      </header>
      <div className="in pt-1">
        {reasons.length === 0 ? (
          <p className="sm pt-2 text-ink-3">
            {hasEnded
              ? "Nothing was set aside."
              : "Nothing so far. What no column can hold is listed here, and never stops a run."}
          </p>
        ) : (
          <>
            <ul className="bars" style={{ "--cols": "10.5rem minmax(0,1fr) 3rem" } as CSSProperties}>
              {[...reasons]
                .sort((one, other) => other.count - one.count)
                .map(({ reason, count }) => (
                  <li key={reason}>
                    <code>{toDisplayText(reason)}</code>
                    <span className="track">
                      <i className="plum" style={{ "--p": count / most } as CSSProperties} />
                    </span>
                    <span className="num">{formatCount(count)}</span>
                  </li>
                ))}
            </ul>
            <p className="sm mt-3">
              <Link href="/set-aside">See every value, and where it stands</Link>
            </p>
          </>
        )}
      </div>
    </section>
  );
}
