"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer, useRef, useState } from "react";
import { answeredValue, runOptions } from "@/lib/client/query-options";
import { type RunLog, reduceRunLog, startRunLog } from "@/lib/client/run-log";
import { isActive } from "@/lib/client/run-state";
import { openRunStream } from "@/lib/client/run-stream";
import type { Answer, RunDetail } from "@/lib/contract";

/**
 * A run as it happens: the stored log, then live, over one event stream that comes back by itself. A run that had ended
 * and was resumed is followed again. What the stream tells is shared with the frame of the page.
 */
export function useRunLog(initial: RunDetail): RunLog {
  const { id } = initial;
  const queries = useQueryClient();
  const [log, dispatch] = useReducer(reduceRunLog, initial, startRunLog);
  const [opening, setOpening] = useState(0);
  const lastSeq = useRef(0);
  lastSeq.current = log.lines.at(-1)?.seq ?? 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `opening` asks for a new stream
  useEffect(() => openRunStream(id, { afterSeq: lastSeq.current, onEvents: dispatch }), [id, opening]);

  const cached = answeredValue(useQuery(runOptions(id)).data);
  const isResumed = log.connection === "ended" && cached !== null && isActive(cached.status);
  useEffect(() => {
    if (isResumed) setOpening((count) => count + 1);
  }, [isResumed]);

  const { run } = log;
  useEffect(() => {
    const answer: Answer<RunDetail> = { ok: true, value: run };
    queries.setQueryData(runOptions(id).queryKey, answer);
    if (!isActive(run.status)) void queries.invalidateQueries({ queryKey: ["status"] });
  }, [queries, id, run]);

  return log;
}
