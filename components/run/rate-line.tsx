"use client";

import { useEffect, useState } from "react";
import { formatCount, formatDuration } from "@/lib/client/format";
import { addRate, type RateSample, toRateLine } from "@/lib/client/rate-history";

/** The rate of a phase while this page was open: line from zero, average dotted, and the same in words. */
export function RateLine({ rowsPerSecond }: { rowsPerSecond: number }) {
  const [samples, setSamples] = useState<readonly RateSample[]>([]);
  useEffect(() => setSamples((before) => addRate(before, { at: Date.now(), rowsPerSecond })), [rowsPerSecond]);
  const line = toRateLine(samples);
  if (line === null) return null;
  const count = (rate: number) => formatCount(Math.round(rate));
  return (
    <>
      <svg className="rate-line" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
        <polygon points={`0,24 ${line.points} 100,24`} />
        <line x1="0" x2="100" y1={line.averageY} y2={line.averageY} />
        <polyline points={line.points} />
      </svg>
      <span className="sr">
        over the last {formatDuration(line.spanMs)}: {count(line.lowest)} to {count(line.highest)} rows per second,
        {count(line.average)} on average
      </span>
    </>
  );
}
