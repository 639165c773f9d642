"use client";

import type { Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect } from "react";

/** A line that is to be brought into the middle of the log, and the row it stands in; -1 while it is not shown. */
export interface RevealedLine {
  seq: number;
  row: number;
  /** Whether the reader asked for it: then the page is scrolled to the log as well. */
  isAsked: boolean;
}

/** Looks at the line, once it is drawn, before it counts as reached: the blocks around it are measured meanwhile. */
const LOOKS_AFTER_DRAWN = 3;
/** Looks in all, one a frame, before it is given up. */
const LOOKS = 60;

/** Scrolls the log until the line is in its middle. */
export function useRevealedLine(
  line: RevealedLine | null,
  virtualizer: Virtualizer<HTMLElement, HTMLElement>,
  onReached: () => void,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the line alone says when to scroll
  useEffect(() => {
    if (line === null || line.row < 0) return;
    let looks = 0;
    let looksAfterDrawn = 0;
    let frame = requestAnimationFrame(look);

    function look() {
      looks += 1;
      const element = document.getElementById(`L${line?.seq}`);
      if (element === null) {
        bringIn(virtualizer, line?.row ?? 0);
      } else {
        looksAfterDrawn += 1;
        centre(virtualizer.scrollElement, element);
      }
      if (looksAfterDrawn < LOOKS_AFTER_DRAWN && looks < LOOKS) {
        frame = requestAnimationFrame(look);
        return;
      }
      if (line?.isAsked) element?.scrollIntoView({ block: "nearest" });
      onReached();
    }
    return () => cancelAnimationFrame(frame);
  }, [line?.seq, line?.row]);
}

/** Asks for the line again when the log became wider or narrower: the lines around it wrap otherwise then. */
export function useKeptLine(
  body: RefObject<HTMLElement | null>,
  seq: number | null,
  reveal: (seq: number) => void,
): void {
  useEffect(() => {
    const element = body.current;
    if (element === null || seq === null) return;
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      // A reader who went on to other lines stays there.
      if (document.getElementById(`L${seq}`) !== null) reveal(seq);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [body, seq, reveal]);
}

/** Not by the virtualizer itself: it would go on holding the row at the top while the line is brought to the middle. */
function bringIn(virtualizer: Virtualizer<HTMLElement, HTMLElement>, row: number) {
  const [offset] = virtualizer.getOffsetForIndex(row, "start") ?? [];
  if (offset !== undefined && virtualizer.scrollElement !== null) virtualizer.scrollElement.scrollTop = offset;
}

function centre(body: HTMLElement | null, line: HTMLElement) {
  if (body === null) return;
  const [frame, own] = [body.getBoundingClientRect(), line.getBoundingClientRect()];
  const offset = own.top + own.height / 2 - (frame.top + frame.height / 2);
  if (Math.abs(offset) > 1) body.scrollTop += offset;
}
