"use client";

import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type WheelEvent,
} from "react";

/** Closer to the end than this counts as at the end, in pixels. */
const END_TOLERANCE_PX = 24;
/** How much of the height a page is: a few lines are seen before and after. */
const PAGE_SHARE = 0.9;

/** How the log is scrolled. */
export interface LogScroll {
  body: RefObject<HTMLElement | null>;
  isFollowing: boolean;
  /** Whether the end is kept in view, of a run that is live or not. */
  isPinned: boolean;
  /** Whether the reader moved it by hand. */
  isMoved: () => boolean;
  onScroll: () => void;
  onWheel: (event: WheelEvent<HTMLElement>) => void;
  /** Jumps by page and to either end: blocks are measured on the way, and that breaks off the browser's gliding. */
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  /** Goes to the end, and stays there until the reader leaves it. */
  toEnd: () => void;
  stop: () => void;
}

/** Keeps the end in view while following; scrolling up stops it, scrolling back to the end starts it again. */
export function useFollow(isLive: boolean): LogScroll {
  const body = useRef<HTMLElement>(null);
  const last = useRef({ top: 0, height: 0, isMoved: false });
  const [isPinned, setPinned] = useState(isLive);

  /** Said by the hand itself: by the time the log has moved, a new line may have taken it back to the end. */
  function leave() {
    const element = body.current;
    if (element !== null && element.scrollTop > 0) setPinned(false);
  }

  function toEnd() {
    setPinned(true);
    if (body.current !== null) body.current.scrollTop = body.current.scrollHeight;
  }

  return {
    body,
    isFollowing: isPinned && isLive,
    isPinned,
    isMoved: () => last.current.isMoved,
    onScroll() {
      const element = body.current;
      if (element === null) return;
      const { scrollTop: top, scrollHeight: height, clientHeight } = element;
      const isAtEnd = height - top - clientHeight < END_TOLERANCE_PX;
      // Where the log became shorter, the browser moved it, not the reader.
      const isUpwards = top < last.current.top && height >= last.current.height;
      last.current = { top, height, isMoved: last.current.isMoved || isUpwards };
      if (isAtEnd && isLive) setPinned(true);
      else if (!isAtEnd && isUpwards) setPinned(false);
    },
    onWheel({ deltaY }) {
      if (deltaY < 0) leave();
    },
    onKeyDown(event) {
      const element = body.current;
      const isChord = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
      if (element === null || isChord) return;
      const page = element.clientHeight * PAGE_SHARE;
      if (event.key === "ArrowUp" || event.key === "PageUp" || event.key === "Home") leave();
      if (event.key === "End") toEnd();
      else if (event.key === "Home") element.scrollTop = 0;
      else if (event.key === "PageUp") element.scrollTop -= page;
      else if (event.key === "PageDown") element.scrollTop += page;
      else return;
      event.preventDefault();
    },
    toEnd,
    stop: () => setPinned(false),
  };
}

/** Keeps the end in view whenever the log or its frame changed in size, unless the reader left it. */
export function useEndInView({ body, isPinned }: LogScroll, height: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when the log became higher
  useLayoutEffect(() => {
    const element = body.current;
    if (isPinned && element !== null) element.scrollTop = element.scrollHeight;
  }, [body, isPinned, height]);
  useEffect(() => {
    const element = body.current;
    if (!isPinned || element === null) return;
    const observer = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [body, isPinned]);
}
