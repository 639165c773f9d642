"use client";

import { useEffect } from "react";
import { formatShare } from "@/lib/client/format";
import { shareAtHand, shareOfRun } from "@/lib/client/gauge-reading";
import { type FaviconMood, toFavicon } from "@/lib/client/run-favicon";
import { isActive } from "@/lib/client/run-state";
import type { RunDetail } from "@/lib/contract";

/** Shows in the title of a tab how far the phase at hand is, in its sign how far the run, also while it is out of sight. */
export function useTabSigns(run: RunDetail, database: string): void {
  const isBusy = isActive(run.status);
  const share = shareOfRun(run);
  const running = run.phases.findIndex(({ state }) => state === "running");
  const isWorking = running >= 0 && run.status === "running";
  const name = isWorking ? `phase ${running + 1} of ${run.phases.length}` : `Run ${run.id}, ${run.status}`;
  // Of the phase that it names, as everywhere else; how far the whole run is, is the water of the sign alone.
  const atHand = isBusy ? shareAtHand(run) : null;
  const far = atHand === null ? "" : `${formatShare(atHand, 0)}, `;
  const title = `${far}${name} · ${database} · Tidemark`;
  useEffect(() => {
    document.title = title;
  }, [title]);

  const image = isBusy || run.status === "failed" ? toFavicon(share, moodOf(run)) : null;
  useEffect(() => {
    if (image === null) return;
    const before = new Map<HTMLLinkElement, string>();
    // All that there are, and those that come: which of several a browser shows is its own affair.
    function show() {
      for (const link of document.head.querySelectorAll<HTMLLinkElement>('link[rel~="icon"]')) {
        if (!before.has(link)) before.set(link, link.href);
        link.href = image ?? link.href;
      }
    }
    show();
    const observer = new MutationObserver(show);
    observer.observe(document.head, { childList: true });
    return () => {
      observer.disconnect();
      for (const [link, href] of before) link.href = href;
    };
  }, [image]);
}

function moodOf({ status }: RunDetail): FaviconMood {
  if (status === "failed") return "failed";
  return status === "running" || status === "queued" ? "running" : "held";
}
