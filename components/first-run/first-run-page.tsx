"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { LookedAt } from "@/components/first-run/looked-at";
import { Remedy } from "@/components/first-run/remedy";
import { StateIcon } from "@/components/ui/icons";
import { eligibilityOptions } from "@/lib/client/glance-options";
import { answeredValue, statusOptions } from "@/lib/client/query-options";
import type { Refusal } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

const TITLES: Partial<Record<Refusal["error"]["code"], string>> = {
  usage: "The console is not configured to reach a database",
  unreachable: "The database does not answer",
  "not-eligible": "This database cannot be worked on",
  "active-run": "Another run is active",
};

/**
 * The whole page when there is nothing to show: what was found, what is needed, and the exact thing to do. It looks again by
 * itself, and goes away when that is done.
 */
export function FirstRunPage({ refusal }: { refusal: Refusal["error"] }) {
  const queries = useQueryClient();
  const router = useRouter();
  const items = answeredValue(useQuery(eligibilityOptions).data)?.items ?? [];
  const failed = items.find(({ state }) => state === "failed");
  const status = answeredValue(useQuery(statusOptions).data);
  const isMended = status !== null && status.verdict !== "unsupported";
  // A page that was made on the server does not read again by itself.
  useEffect(() => {
    if (isMended) router.refresh();
  }, [isMended, router]);

  function readAgain() {
    void queries.invalidateQueries();
    router.refresh();
  }

  return (
    <>
      <div className="verdict">
        <div className="say">
          <h1>
            <StateIcon state="error" />
            <span>{TITLES[refusal.code] ?? "The console cannot show this now"}</span>
          </h1>
          <div className="under-title">
            <div className="panel coral mt-4 max-w-[78ch]" role="alert">
              <div className="in pt-4">
                <p className="strong [overflow-wrap:anywhere]">{toDisplayText(failed?.found ?? refusal.message)}</p>
                <Remedy remedy={toDisplayText(failed?.remedy ?? refusal.remedy)} />
              </div>
            </div>
            <p className="mt-3 flex flex-wrap items-center gap-3">
              <button type="button" className="btn" onClick={readAgain}>
                <RefreshCw className="i i-s" aria-hidden="true" /> Look again now
              </button>
              <span className="sm text-ink-3">Nothing was written. It is looked at again every 15 s.</span>
            </p>
            {failed?.id === "tables" ? (
              <p className="sm mt-3 max-w-[78ch] text-ink-3">
                Only want to try Tidemark? Leave <code>DATABASE_URL</code> empty and start <code>npm run demo</code>: it
                brings a PostgreSQL and a honeypot of its own.
              </p>
            ) : null}
          </div>
        </div>
      </div>
      {items.length === 0 ? null : <LookedAt items={items} />}
    </>
  );
}
