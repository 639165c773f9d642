import type { CSSProperties } from "react";
import { formatCount, formatCounted } from "@/lib/client/format";
import type { NewestHour } from "@/lib/contract";

const EMPTY_SLOTS = Array.from({ length: 12 }, (_, index) => ({ from: String(index), total: 0, open: 0 }));

/** The sessions of the last hour by five minutes, those without a snapshot hatched; the frame alone before it is counted. */
export function HourBars({ hour }: { hour: NewestHour | null }) {
  const slots = hour?.slots ?? EMPTY_SLOTS;
  const most = Math.max(1, ...slots.map(({ total }) => total));
  return (
    <>
      <ol className="hour" aria-label="Sessions by five minutes">
        {slots.map(({ from, total, open }) => (
          <li key={from}>
            {hour === null ? null : (
              <span className="sr">
                {timeOf(from)}: {formatCounted(total, "session")}, {formatCount(total - open)} with snapshot
              </span>
            )}
            <i className="f-open" style={height(open, most)} />
            <i className="f-filled" style={height(total - open, most)} />
          </li>
        ))}
      </ol>
      <div className="hour-axis" aria-hidden="true">
        {hour === null ? (
          <span>–</span>
        ) : (
          [slots[0]?.from, slots[6]?.from, hour.measuredAt].map((at) => <span key={at}>{timeOf(at ?? "")}</span>)
        )}
      </div>
    </>
  );
}

const height = (part: number, most: number) => ({ "--h": part / most }) as CSSProperties;

/** `02:52` of an ISO 8601 moment. */
const timeOf = (at: string) => at.slice(11, 16);
