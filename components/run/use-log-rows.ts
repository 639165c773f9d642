"use client";

import { defaultRangeExtractor, type Range } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import type { ShownGroup } from "@/components/run/log-body";
import { isDrawnWhole, toLogRows, toRowKeys } from "@/lib/client/log-rows";

/** Heights before they are measured, in pixels: of a heading and of a line that does not wrap, as in log.css. */
const HEADING_PX = 39;
const LINE_PX = 19.2;

/**
 * The rows of the log and how they are told apart, the very same while the log is: a log of thousands of rows is otherwise
 * laid out anew from its first one whenever anything is drawn or measured.
 *
 * @param shownAs names what is shown of the book: under another name nothing measured before counts.
 */
export function useLogRows(groups: readonly ShownGroup[], shownAs: string) {
  const generations = useRef(new Map<string, number>()).current;
  const generation = generations.get(shownAs) ?? generations.size;
  generations.set(shownAs, generation);
  const shape = groups.map(({ place, isOpen, lines }) => `${place} ${isOpen} ${lines.length}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the groups, only their shape counts
  return useMemo(() => {
    const rows = toLogRows(groups.map(({ isOpen, lines }) => ({ isOpen, length: lines.length })));
    const places = groups.map(({ place }) => place);
    const keys = toRowKeys(rows, places, generation);
    return {
      rows,
      /** Row of the heading of each group. */
      headings: groups.map((_, group) => rows.findIndex((row) => row.group === group)),
      estimateSize: (index: number) => {
        const row = rows[index];
        return row?.kind === "block" ? row.length * LINE_PX : HEADING_PX;
      },
      getItemKey: (index: number) => keys[index] ?? index,
      rangeExtractor: isDrawnWhole(rows)
        ? ({ count }: Range) => Array.from({ length: count }, (_, index) => index)
        : defaultRangeExtractor,
    };
  }, [shape, generation]);
}
