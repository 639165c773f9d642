"use client";

import { useNow } from "@/components/ui/use-now";
import { formatAge, formatMoment } from "@/lib/client/format";

/** A moment as its age, with the exact UTC on hover and focus. */
export function Ago({ at }: { at: string }) {
  const now = useNow(1_000);
  return (
    <time dateTime={at} title={formatMoment(at)} suppressHydrationWarning>
      {formatAge(now - Date.parse(at))}
    </time>
  );
}
