"use client";

import { useCallback, useState } from "react";
import type { ShownGroup } from "@/components/run/log-body";
import type { LogBook, LogGroup } from "@/lib/client/log-book";
import type { LogSieve } from "@/lib/client/log-sieve";
import type { RunDetail } from "@/lib/contract";

/** The parts of the log as they are shown: open by hand, or by themselves. */
export function useShownGroups(book: LogBook, run: RunDetail, sieve: LogSieve | null) {
  const [isOpenByHand, setOpenByHand] = useState<ReadonlyMap<string, boolean>>(new Map());
  const toggle = useCallback((id: LogGroup["id"], open: boolean) => {
    setOpenByHand((before) => (before.get(id) === open ? before : new Map(before).set(id, open)));
  }, []);

  const groups = book.groups.flatMap((group, index): ShownGroup[] => {
    const phase = run.phases.find(({ id }) => id === group.id) ?? null;
    const lines = sieve === null ? group.lines : (sieve.byPlace[index] ?? []);
    if (lines.length === 0 && (phase === null || sieve !== null)) return [];
    const isOpen = sieve !== null || (isOpenByHand.get(group.id) ?? isOpenByItself(group.id, phase, run));
    return [{ group, place: index, phase, lines, isOpen, isQuiet: lines.length === 0 }];
  });
  return {
    groups,
    toggle,
    areAllOpen: groups.every(({ isOpen, isQuiet }) => isOpen || isQuiet),
    openAll: (open: boolean) => setOpenByHand(new Map(book.groups.map(({ id }) => [id, open]))),
  };
}

/** Open without being asked: what is running, what failed, and the last word of a finished run. */
function isOpenByItself(id: LogGroup["id"], phase: RunDetail["phases"][number] | null, run: RunDetail): boolean {
  if (phase !== null) return phase.state === "running" || phase.state === "failed";
  return id === "whole" || id === "verdict" || run.phases.every(({ state }) => state === "waiting");
}
