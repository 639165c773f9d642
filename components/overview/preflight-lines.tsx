"use client";

import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Term } from "@/components/ui/term";
import { outlookOptions } from "@/lib/client/plan-options";
import { answeredValue } from "@/lib/client/query-options";

/** Loaded when there is something to list. */
const OutlookList = dynamic(() => import("@/components/plan/outlook-list").then((module) => module.OutlookList));

/** What a run would say before its first step. Only when asked for: it reads documents, which takes up to some seconds. */
export function PreflightLines({ occasion }: { occasion: string }) {
  const [isAsked, setAsked] = useState(false);
  const { data, isError, isFetching, refetch } = useQuery({ ...outlookOptions(occasion), enabled: isAsked });
  const lines = answeredValue(data)?.lines ?? null;
  const isRefused = isError || data?.ok === false;
  return (
    <div className="preflight">
      {lines === null ? (
        <p className="sm">
          <button
            type="button"
            className="btn quiet"
            aria-disabled={isFetching}
            onClick={() => {
              if (isRefused) void refetch();
              setAsked(true);
            }}
          >
            <Search className="i i-s" aria-hidden="true" /> Look at disk, types and a sample of the documents too
          </button>{" "}
          <span className="muted xs" role="status">
            {isFetching ? "Reading, up to some seconds" : isRefused ? "It could not be read now; press again." : ""}
          </span>
        </p>
      ) : (
        <>
          <p className="xs muted">
            <Term id="preflight">Preflight</Term>, as a run would say it before its first step:
          </p>
          <OutlookList lines={lines} />
        </>
      )}
    </div>
  );
}
