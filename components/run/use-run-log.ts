"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { createLogBook, type LogBook } from "@/lib/client/log-book";
import { answeredValue, runOptions } from "@/lib/client/query-options";
import { type RunLog, type RunLogEvent, reduceRunLog, startRunLog } from "@/lib/client/run-log";
import { isActive } from "@/lib/client/run-state";
import type { Answer, RunDetail } from "@/lib/contract";

/** Pause before the code of the stream is asked for again, in milliseconds. */
const RELOAD_AFTER_MS = 2_000;

/**
 * A run as it happens: the stored log, then live, over one event stream that comes back by itself. A run that had ended
 * and was resumed is followed again. Lines go into the book, which draws nothing but the log; what the stream tells of
 * the run itself is shared with the frame of the page.
 */
export function useRunLog(initial: RunDetail): RunLog & { book: LogBook } {
  const { id } = initial;
  const queries = useQueryClient();
  const [log, setLog] = useState(() => startRunLog(initial));
  const [book] = useState(() => createLogBook(initial));
  const [storedSeq] = useState(initial.lastSeq);
  const [opening, setOpening] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `opening` asks for a new stream
  useEffect(() => {
    const { queryKey } = runOptions(id);
    const onEvents = (events: RunLogEvent[]) => {
      const ended = events.find((event) => event.type === "end");
      if (ended !== undefined) {
        // Before the log ends, and no answer from before may follow: a run that is shown as active then was resumed.
        void queries.cancelQueries({ queryKey });
        queries.setQueryData(queryKey, (before) =>
          before?.ok ? { ok: true as const, value: { ...before.value, ...ended.end } } : before,
        );
      }
      setLog((before) => reduceRunLog(before, events));
      book.append(events.filter((event) => event.type === "log"));
    };
    let isClosed = false;
    let close = () => {};
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Loaded once the page is drawn: nothing of it is needed before.
    import("@/lib/client/run-stream").then(
      ({ openRunStream }) => {
        if (isClosed) return;
        close = openRunStream(id, { afterSeq: book.lines.at(-1)?.seq ?? 0, storedSeq, onEvents });
      },
      () => {
        if (isClosed) return;
        onEvents([{ type: "lost" }]);
        timer = setTimeout(() => setOpening((count) => count + 1), RELOAD_AFTER_MS);
      },
    );
    return () => {
      isClosed = true;
      clearTimeout(timer);
      close();
    };
  }, [id, queries, book, storedSeq, opening]);

  const cached = answeredValue(useQuery(runOptions(id)).data);
  const isResumed = log.connection === "ended" && cached !== null && isActive(cached.status);
  useEffect(() => {
    if (isResumed) setOpening((count) => count + 1);
  }, [isResumed]);

  const { run } = log;
  useEffect(() => {
    book.arrange(run);
    const answer: Answer<RunDetail> = { ok: true, value: run };
    queries.setQueryData(runOptions(id).queryKey, answer);
    if (!isActive(run.status)) void queries.invalidateQueries({ queryKey: ["status"] });
  }, [queries, book, id, run]);

  return { ...log, book };
}
