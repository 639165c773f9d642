"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useEffect, useState } from "react";
import { useStillness } from "@/components/run/use-stillness";
import { useNow } from "@/components/ui/use-now";
import { formatCount, formatDuration, formatMoment } from "@/lib/client/format";
import { addRate, type RateSample, toRateLine } from "@/lib/client/rate-history";
import { whenIdle } from "@/lib/client/run-state";
import type { RunDetail, RunPhase } from "@/lib/contract";

const RateLine = dynamic(() => import("@/components/run/rate-line").then(({ RateLine: component }) => component), {
  ssr: false,
});

/** Rate and remaining time of the phase at hand. */
export function LiveRate({ run, running }: { run: RunDetail; running: RunPhase | null }) {
  const working = run.status === "running" ? running : null;
  const stillMs = useStillness(working);
  // What was true when the last batch was committed is not what is true now.
  const { rowsPerSecond = null, etaSeconds = null } = stillMs === 0 ? (working ?? {}) : {};
  const idle = working === null ? whenIdle(run) : null;
  return (
    <>
      <Rate
        key={running?.id ?? ""}
        rate={rowsPerSecond}
        isSlow={run.slowBecause !== null}
        idle={idle ?? (stillMs === 0 ? null : <StandsStill ms={stillMs} />)}
      />
      <div className="readout">
        <dt>Phase done in</dt>
        <dd>
          <div className="big">{etaSeconds === null ? "–" : formatDuration(etaSeconds * 1_000)}</div>
          <p className="sub">{idle ?? <DoneAt etaSeconds={etaSeconds} />}</p>
        </dd>
      </div>
    </>
  );
}

/** The one thing worth knowing where figures stand still: for how long. */
function StandsStill({ ms }: { ms: number }) {
  return <span className="t-amber">no news of a batch for {formatDuration(ms)}</span>;
}

function Rate({ rate, isSlow, idle }: { rate: number | null; isSlow: boolean; idle: ReactNode }) {
  const [samples, setSamples] = useState<readonly RateSample[]>([]);
  useEffect(() => {
    if (rate !== null) setSamples((before) => addRate(before, { at: Date.now(), rowsPerSecond: rate, isSlow }));
  }, [rate, isSlow]);
  const line = rate === null ? null : toRateLine(samples);
  return (
    <div className="readout">
      <dt>Rows per second</dt>
      <dd>
        <div className="big rate">
          {rate === null ? "–" : formatCount(Math.round(rate))}
          {line === null ? null : <RateLine line={line} />}
        </div>
        <p className="sub">
          {idle ??
            (line === null
              ? "in committed batches"
              : `average of the curve ${formatCount(Math.round(line.average))}, dotted`)}
          {line === null || line.slow === null ? null : <SlowSince at={line.slow.at} />}
        </p>
      </dd>
    </div>
  );
}

function SlowSince({ at }: { at: number }) {
  const moment = formatMoment(new Date(at).toISOString());
  return (
    <>
      . <span className="t-amber strong">|</span> slower since <time title={moment}>{moment.slice(11, 19)}</time>
    </>
  );
}

function DoneAt({ etaSeconds }: { etaSeconds: number | null }) {
  const now = useNow(10_000);
  if (etaSeconds === null) return "not known yet";
  const at = formatMoment(new Date(now + etaSeconds * 1_000).toISOString());
  return (
    <>
      about{" "}
      <time title={at} suppressHydrationWarning>
        {at.slice(11, 16)}
      </time>{" "}
      UTC; pauses not counted
    </>
  );
}
