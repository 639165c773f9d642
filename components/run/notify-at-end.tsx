"use client";

import { Bell, BellRing } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { isActive } from "@/lib/client/run-state";
import type { RunDetail } from "@/lib/contract";

/** Offers to say at the end of the run, outside of the browser, how it ended; asks the browser only when pressed. */
export function NotifyAtEnd({ run, database }: { run: RunDetail; database: string }) {
  const [isWanted, setWanted] = useState(false);
  const isBusy = isActive(run.status);
  const wasBusy = useRef(isBusy);

  useEffect(() => {
    const hasEnded = wasBusy.current && !isBusy;
    wasBusy.current = isBusy;
    if (!hasEnded || !isWanted || !document.hidden) return;
    const end = new Notification(`Run ${run.id} ${run.status} · ${database}`, {
      body: run.error?.message ?? "",
      tag: `tidemark run ${run.id}`,
    });
    end.onclick = () => window.focus();
  }, [isBusy, isWanted, database, run.id, run.status, run.error]);

  // Missing in some browsers, and forbidden for good in others: nothing to offer there.
  if (!isBusy || !("Notification" in globalThis) || Notification.permission === "denied") return null;
  async function toggle() {
    setWanted(!isWanted && (await Notification.requestPermission()) === "granted");
  }
  const Icon = isWanted ? BellRing : Bell;
  const label = isWanted ? "You are told when the run ends; press to leave it" : "Tell me when the run ends";
  return (
    <button
      type="button"
      className="icon-btn"
      aria-pressed={isWanted}
      aria-label={label}
      title={label}
      onClick={() => void toggle()}
    >
      <Icon className="i" aria-hidden="true" />
    </button>
  );
}
