"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { pulseOptions } from "@/lib/client/glance-options";
import { answeredValue } from "@/lib/client/query-options";

/** Figures that a run changes. What is not on screen is read again when it is. */
const CHANGED_BY_RUNS = ["status", "runs", "coverage", "ledger", "schema"];

/**
 * The newest run and whether the console answers. Whenever that run changes, whoever changed it, and when the console is
 * back, figures are read again.
 */
export function usePulse() {
  const queries = useQueryClient();
  const { data, isError, dataUpdatedAt } = useQuery(pulseOptions);
  const pulse = answeredValue(data);
  const reading = pulse === null ? null : `${pulse.run?.id} ${pulse.run?.status}`;
  const known = useRef<string | null>(null);
  const wasSilent = useRef(false);

  useEffect(() => {
    if (reading === null) return;
    if (known.current !== null && known.current !== reading) {
      for (const key of CHANGED_BY_RUNS) void queries.invalidateQueries({ queryKey: [key] });
    }
    known.current = reading;
  }, [queries, reading]);

  useEffect(() => {
    if (wasSilent.current && !isError) void queries.invalidateQueries();
    wasSilent.current = isError;
  }, [queries, isError]);

  return { pulse, isSilent: isError, answeredAt: dataUpdatedAt };
}
