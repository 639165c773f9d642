"use client";

import { useQuery } from "@tanstack/react-query";
import { Eligibility } from "@/components/overview/eligibility";
import { Findings } from "@/components/overview/findings";
import { NextPanel } from "@/components/overview/next-panel";
import { StoppedRun } from "@/components/overview/stopped-run";
import { ICON_OF_STATUS } from "@/components/run/run-status-tag";
import { StateIcon } from "@/components/ui/icons";
import { RefusedPage } from "@/components/ui/refused-page";
import { answeredValue, runsOptions, statusOptions } from "@/lib/client/query-options";
import { toActiveText, toVerdictText } from "@/lib/client/verdict-text";

const ICON_OF_TONE = { tide: "complete", amber: "partial", coral: "error", slate: "pending" } as const;

/** Where am I, how far, what next, what is wrong. */
export function Overview({ writerWaitMs }: { writerWaitMs: number }) {
  const { data } = useQuery(statusOptions);
  const runs = answeredValue(useQuery(runsOptions).data)?.runs ?? [];
  if (data === undefined) return null;
  if (!data.ok) return <RefusedPage refusal={data.refusal} />;
  const status = data.value;
  if (status.verdict === "unsupported") {
    return (
      <RefusedPage refusal={{ code: "not-eligible", message: status.message ?? "", remedy: "", activeRun: null }} />
    );
  }
  const newest = runs.find(({ kind }) => kind !== "verify");
  const verdict = status.activeRun === null ? toVerdictText(status) : toActiveText(status.activeRun);
  return (
    <>
      <div className="verdict">
        <div className="say">
          <h1>
            <StateIcon
              state={status.activeRun === null ? ICON_OF_TONE[verdict.tone] : ICON_OF_STATUS[status.activeRun.status]}
            />
            <span>{verdict.title}</span>
          </h1>
          <p className="lead">{verdict.lead}</p>
        </div>
        <div className="more">
          {newest !== undefined && status.activeRun === null ? <StoppedRun run={newest} /> : null}
          <Eligibility status={status} />
        </div>
        <NextPanel status={status} writerWaitMs={writerWaitMs} />
      </div>
      <Findings status={status} />
    </>
  );
}
