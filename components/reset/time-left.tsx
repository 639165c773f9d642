"use client";

import { useNow } from "@/components/ui/use-now";
import { formatClock } from "@/lib/client/format";

/** How long a preview may be confirmed, in milliseconds; the server decides, this only tells. */
const GOOD_FOR_MS = 5 * 60_000;

/** Milliseconds for which a preview can still be confirmed; 0 or less: it is over. */
export function useTimeLeft(offeredAt: string): number {
  return GOOD_FOR_MS - (useNow(1_000) - Date.parse(offeredAt));
}

/** The same in words. */
export function TimeLeft({ offeredAt }: { offeredAt: string }) {
  const leftMs = useTimeLeft(offeredAt);
  return leftMs <= 0 ? (
    "too old to be confirmed"
  ) : (
    <>
      good for <b className="strong">{formatClock(leftMs)}</b>
    </>
  );
}
