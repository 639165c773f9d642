import { formatCount, formatDuration } from "@/lib/client/format";
import type { RateLine as Line } from "@/lib/client/rate-history";

/**
 * The rate of a phase while this page was open: line from zero, average dotted, a mark where the run began to make room
 * for others; and the same in words.
 */
export function RateLine({ line }: { line: Line }) {
  const count = (rate: number) => formatCount(Math.round(rate));
  return (
    <>
      <svg className="rate-line" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
        <polygon points={`0,24 ${line.points} 100,24`} />
        <line x1="0" x2="100" y1={line.averageY} y2={line.averageY} />
        {line.slow === null ? null : <line className="slow" x1={line.slow.x} x2={line.slow.x} y1="0" y2="24" />}
        <polyline points={line.points} />
      </svg>
      <span className="sr">
        over the last {formatDuration(line.spanMs)}: {count(line.lowest)} to {count(line.highest)} rows per second
      </span>
    </>
  );
}
