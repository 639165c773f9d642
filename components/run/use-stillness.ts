"use client";

import { useState } from "react";
import { useNow } from "@/components/ui/use-now";
import { toStillMs, watchFigures } from "@/lib/client/stillness";
import type { RunPhase } from "@/lib/contract";

/** For how long the figures of a phase have stood still, in milliseconds; 0 while they move. Null: none is at work. */
export function useStillness(phase: RunPhase | null): number {
  const now = useNow(1_000);
  const [known, setKnown] = useState(() => watchFigures(null, phase, now));
  const watched = watchFigures(known, phase, now);
  if (watched !== known) setKnown(watched);
  return toStillMs(watched, now);
}
