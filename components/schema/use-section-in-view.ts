"use client";

import { useEffect, useState } from "react";

/** Down to this share of the window a heading counts as reached. */
const REACHED_AT = 0.3;

/**
 * The section that is read now: the last one whose heading has been reached, at the end of the page the one that was
 * asked for, else the last; before anything was scrolled the first.
 *
 * @param ids of the headings, in the order of the page.
 */
export function useSectionInView(ids: readonly string[]): string | undefined {
  const [current, setCurrent] = useState(ids[0]);
  const list = ids.join(" ");
  useEffect(() => {
    const look = () => setCurrent(findSection(list.split(" ")));
    look();
    const signs = ["scroll", "resize", "hashchange"] as const;
    for (const sign of signs) addEventListener(sign, look, { passive: true });
    return () => {
      for (const sign of signs) removeEventListener(sign, look);
    };
  }, [list]);
  return current;
}

function findSection(ids: readonly string[]): string | undefined {
  const { scrollHeight } = document.documentElement;
  const isAtEnd = scrollY > 0 && scrollY + innerHeight >= scrollHeight - 2;
  if (isAtEnd) {
    const asked = ids.find((id) => `#${id}` === location.hash);
    return asked !== undefined && topOf(asked) >= 0 ? asked : ids.at(-1);
  }
  return ids.findLast((id) => topOf(id) < innerHeight * REACHED_AT) ?? ids[0];
}

function topOf(id: string): number {
  return document.getElementById(id)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY;
}
