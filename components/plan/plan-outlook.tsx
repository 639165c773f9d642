"use client";

import { useQuery } from "@tanstack/react-query";
import { OutlookList } from "@/components/plan/outlook-list";
import { outlookOptions } from "@/lib/client/plan-options";
import { answeredValue } from "@/lib/client/query-options";

/** What a run would say before its first step. Read after the plan is on screen: the census reads documents. */
export function PlanOutlook({ occasion }: { occasion: string }) {
  const { data, isError } = useQuery(outlookOptions(occasion));
  const lines = answeredValue(data)?.lines ?? null;
  return (
    <section aria-labelledby="outlook">
      <div className="under-head">
        <h2 id="outlook" className="sm">
          Before the first step
        </h2>
        <span className="muted">
          {lines === null
            ? isError || data?.ok === false
              ? "could not be read now"
              : "reading hazards, disk, types and a sample of documents"
            : "looked at now, without changing anything"}
        </span>
      </div>
      <OutlookList className="outlook-room" lines={lines ?? []} />
    </section>
  );
}
