"use client";

import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Closer to the end than this counts as at the end, in pixels. */
const END_TOLERANCE_PX = 24;

/** How the log is scrolled. */
export interface LogScroll {
  body: RefObject<HTMLElement | null>;
  isFollowing: boolean;
  /** Whether the reader moved it by hand. */
  isMoved: () => boolean;
  onScroll: () => void;
  /** Goes to the end, and stays there while the run is live. */
  toEnd: () => void;
  stop: () => void;
}

/** Keeps the end in view while following; scrolling up stops it, scrolling back to the end starts it again. */
export function useFollow(isLive: boolean): LogScroll {
  const body = useRef<HTMLElement>(null);
  const last = useRef({ top: 0, height: 0, isMoved: false });
  const [isFollowing, setFollowing] = useState(isLive);

  const scrollToEnd = () => {
    const element = body.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  };

  return {
    body,
    isFollowing: isFollowing && isLive,
    isMoved: () => last.current.isMoved,
    onScroll() {
      const element = body.current;
      if (element === null) return;
      const { scrollTop: top, scrollHeight: height, clientHeight } = element;
      const isAtEnd = height - top - clientHeight < END_TOLERANCE_PX;
      // Where the log became shorter, the browser moved it, not the reader.
      const isUpwards = top < last.current.top && height >= last.current.height;
      last.current = { top, height, isMoved: last.current.isMoved || isUpwards };
      if (isAtEnd && isLive) setFollowing(true);
      else if (!isAtEnd && isUpwards) setFollowing(false);
    },
    toEnd() {
      setFollowing(true);
      scrollToEnd();
    },
    stop: () => setFollowing(false),
  };
}

/** Keeps the end in view whenever the height of the log changed, unless the reader left it. */
export function useEndInView({ body, isFollowing }: LogScroll, height: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when the log became higher
  useLayoutEffect(() => {
    const element = body.current;
    if (isFollowing && element !== null) element.scrollTop = element.scrollHeight;
  }, [body, isFollowing, height]);
}
