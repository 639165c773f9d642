"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { pulseOptions } from "@/lib/client/glance-options";
import { answeredValue } from "@/lib/client/query-options";

/** Has a page that was made on the server made again when a run begins, stops or ends. */
export function RefreshAfterRuns() {
  const router = useRouter();
  const run = answeredValue(useQuery(pulseOptions).data)?.run ?? null;
  const reading = run === null ? null : `${run.id} ${run.status}`;
  const known = useRef(reading);
  useEffect(() => {
    if (reading === null) return;
    if (known.current !== null && known.current !== reading) router.refresh();
    known.current = reading;
  }, [reading, router]);
  return null;
}
