"use client";

import { useEffect } from "react";
import { formatShare } from "@/lib/client/format";
import { shareOfRun } from "@/lib/client/gauge-reading";
import { type FaviconMood, toFavicon } from "@/lib/client/run-favicon";
import { isActive } from "@/lib/client/run-state";
import type { RunDetail } from "@/lib/contract";

/** Shows in the title and the sign of a tab how far its run is, also while the tab is out of sight. */
export function useTabSigns(run: RunDetail, database: string): void {
  const isBusy = isActive(run.status);
  const share = shareOfRun(run);
  const running = run.phases.findIndex(({ state }) => state === "running");
  const isWorking = running >= 0 && run.status === "running";
  const name = isWorking ? `phase ${running + 1} of ${run.phases.length}` : `Run ${run.id}, ${run.status}`;
  const far = isBusy && run.phases.length > 0 ? `${formatShare(share, 0)}, ` : "";
  const title = `${far}${name} · ${database} · Tidemark`;
  useEffect(() => {
    document.title = title;
  }, [title]);

  const image = isBusy || run.status === "failed" ? toFavicon(share, moodOf(run)) : null;
  useEffect(() => {
    if (image === null) return;
    // All that there are: which of several a browser shows is its own affair.
    const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel~="icon"]')];
    const before = links.map(({ href }) => href);
    for (const link of links) link.href = image;
    return () =>
      links.forEach((link, index) => {
        link.href = before[index] ?? link.href;
      });
  }, [image]);
}

function moodOf({ status }: RunDetail): FaviconMood {
  if (status === "failed") return "failed";
  return status === "running" || status === "queued" ? "running" : "held";
}
