"use client";

import { StateIcon } from "@/components/ui/icons";
import { useNow } from "@/components/ui/use-now";
import { formatMoment } from "@/lib/client/format";
import { describeWindow } from "@/lib/client/maintenance-window";

/** When the run pauses by itself. */
export function WindowPanel({ until }: { until: string }) {
  const now = useNow(1_000);
  return (
    <section className="panel" aria-labelledby="window">
      <header>
        <StateIcon state="waiting" small />
        <h2 id="window">Maintenance window</h2>
      </header>
      <p className="in why">
        <time dateTime={until} title={formatMoment(until)} suppressHydrationWarning className="whitespace-normal">
          The run {describeWindow(until, now)}.
        </time>
      </p>
    </section>
  );
}
