"use client";

import { useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { StateIcon } from "@/components/ui/icons";
import { toDisplayText } from "@/lib/client/log-text";
import type { Refusal } from "@/lib/contract";

const TITLES: Record<Refusal["error"]["code"], string> = {
  usage: "The console is not configured to reach a database",
  unreachable: "The database does not answer",
  "not-eligible": "This database cannot be worked on",
  "active-run": "Another run is active",
  unauthenticated: "You are not signed in",
  forbidden: "Your role does not include this",
  unconfirmed: "Give your password again",
  "too-many": "Too many attempts",
};

/** The whole page when there is nothing to show: what is wrong and the one thing to do. Reads again by itself. */
export function RefusedPage({ refusal }: { refusal: Refusal["error"] }) {
  const queries = useQueryClient();
  return (
    <div className="verdict">
      <div className="say">
        <h1>
          <StateIcon state="error" />
          <span>{TITLES[refusal.code]}</span>
        </h1>
        <div className="panel coral mt-5 max-w-[78ch]" role="alert">
          <div className="in pt-4">
            <p className="strong [overflow-wrap:anywhere]">{toDisplayText(refusal.message)}</p>
            <p className="mt-2 text-ink-2 [overflow-wrap:anywhere]">{toDisplayText(refusal.remedy)}</p>
          </div>
        </div>
        <p className="lead sm">Nothing was written. This page reads again by itself every 15 s.</p>
        <button type="button" className="btn mt-4" onClick={() => queries.invalidateQueries()}>
          <RefreshCw className="i i-s" aria-hidden="true" /> Read again
        </button>
      </div>
    </div>
  );
}
