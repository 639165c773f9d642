"use client";

import { useEffect, useMemo, useReducer } from "react";
import type { LogBook } from "@/lib/client/log-book";
import { createSieve, isOpenFilter, type LogFilter, type LogSieve } from "@/lib/client/log-sieve";

/** Longest piece of searching at a stretch, in milliseconds: between two pieces the page answers to its reader. */
const PIECE_MS = 8;

/** The lines of the book that the filter shows, growing while it is searched; null where it shows all of them. */
export function useSieve(book: LogBook, { search, level }: LogFilter): LogSieve | null {
  const { version, arrangement } = book;
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another arrangement asks for another sieve
  const sieve = useMemo(() => {
    const filter = { search, level };
    return isOpenFilter(filter) ? null : createSieve(book, filter);
  }, [book, arrangement, search, level]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another version has more lines to look at
  useEffect(() => {
    if (sieve === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    function advance(from: LogSieve) {
      const wasDone = from.isDone();
      const isMore = from.advance(PIECE_MS);
      if (isMore || (!wasDone && from.isDone())) redraw();
      if (!from.isDone()) timer = setTimeout(() => advance(from), 0);
    }
    advance(sieve);
    return () => clearTimeout(timer);
  }, [sieve, version]);

  return sieve;
}
