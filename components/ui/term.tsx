"use client";

import Link from "next/link";
import { type ReactNode, type ToggleEvent, useEffect, useId, useRef, useState } from "react";
import { TERMS, type TermId } from "@/lib/client/terms";

/** Width of what opens, and its distance from the word and from the edge, in pixels; the width as in term.css. */
const WIDTH = 336;
const GAP = 6;
const EDGE = 16;
/** Height that an explanation may take; where there is less below the word, it opens above. */
const HEIGHT = 150;

/**
 * A word with its meaning: a press opens it beside the word, Escape or a press elsewhere closes it, and it leads on to the
 * Help page. To be used where the word comes first on a page. Source: WCAG 2.2, 1.4.13.
 *
 * @param children how the word is spelled here; default as in the list.
 */
export function Term({ id, children }: { id: TermId; children?: ReactNode }) {
  const button = useRef<HTMLButtonElement>(null);
  const [popover, meaning] = [useId(), useId()];
  const [means, setMeans] = useState<string | null>(null);

  // Once the page is drawn: nobody reads it before.
  useEffect(() => {
    import("@/lib/client/glossary").then(
      ({ MEANINGS }) => setMeans(MEANINGS[id]),
      // The console is away; the list of all words has it.
      () => {},
    );
  }, [id]);

  /** Before it is shown, so that it never moves. */
  function place({ newState, currentTarget: shown }: ToggleEvent<HTMLElement>) {
    const word = button.current?.getBoundingClientRect();
    if (newState !== "open" || word === undefined) return;
    const isAbove = word.bottom + HEIGHT > innerHeight && word.top > HEIGHT;
    const furthest = Math.max(EDGE, document.documentElement.clientWidth - WIDTH - EDGE);
    shown.style.left = `${Math.min(word.left, furthest) + scrollX}px`;
    shown.style.top = `${(isAbove ? word.top - GAP : word.bottom + GAP) + scrollY}px`;
    shown.style.translate = isAbove ? "0 -100%" : "none";
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        className="term"
        popoverTarget={popover}
        aria-describedby={means === null ? undefined : meaning}
      >
        {children ?? TERMS[id][0]}
      </button>
      <span id={popover} popover="auto" className="term-means" onBeforeToggle={place}>
        <span id={meaning}>{means}</span> <Link href={`/help#${id}`}>All words</Link>
      </span>
    </>
  );
}
