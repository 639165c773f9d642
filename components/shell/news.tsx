"use client";

import { useState } from "react";
import { toRunNews } from "@/lib/client/run-news";
import type { Pulse } from "@/lib/contract";

/**
 * The one place of the frame that speaks to screen readers: runs that begin, stop and end, and a console that goes silent
 * and comes back. Figures never do.
 */
export function News(props: {
  /** Null before the first reading. */
  pulse: Pulse | null;
  isSilent: boolean;
  /** The run of which the page below tells itself. */
  quietRun: number | null;
}) {
  const { pulse, isSilent, quietRun } = props;
  const [known, setKnown] = useState({ pulse, isSilent, text: "" });
  if (isSilent !== known.isSilent) {
    setKnown({ ...known, isSilent, text: isSilent ? "The console does not answer." : "The console answers again." });
  } else if (pulse !== null && isOther(pulse, known.pulse)) {
    const news = known.pulse === null ? null : toRunNews(known.pulse.run, pulse.run);
    setKnown({ ...known, pulse, text: news === null || pulse.run?.id === quietRun ? known.text : news });
  }
  return (
    <p className="sr" role="status">
      {known.text}
    </p>
  );
}

/** A reading without a run takes the place of nothing but the first: the database may just not have answered. */
function isOther({ run }: Pulse, known: Pulse | null): boolean {
  if (known === null) return true;
  return run !== null && (run.id !== known.run?.id || run.status !== known.run.status);
}
