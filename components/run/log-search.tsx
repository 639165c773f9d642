"use client";

import { ChevronDown, ChevronUp, Funnel, Search } from "lucide-react";
import { useRef } from "react";
import { useKey } from "@/components/run/use-key";
import { formatCount, formatCounted } from "@/lib/client/format";

/** What a search came to. */
export interface SearchState {
  hits: number;
  /** Which of the hits was gone to last, from 1; null before the first. */
  at: number | null;
  /** Whether every line was looked at. */
  isDone: boolean;
}

/** The search of the log, in place of the browser's own, which knows only the lines in sight. */
export function LogSearch(props: {
  /** Lines in all, so far. */
  lines: number;
  isReading: boolean;
  search: string;
  /** Null while nothing is sought. */
  state: SearchState | null;
  isOnlyHits: boolean;
  onSearch: (search: string) => void;
  onOnlyHits: (isOnly: boolean) => void;
  /** Goes to the next hit, or the one before. */
  onStep: (step: 1 | -1) => void;
  /** Ends the search where the reader is. */
  onLeave: () => void;
}) {
  const { lines, isReading, search, state, isOnlyHits, onSearch, onOnlyHits, onStep, onLeave } = props;
  const input = useRef<HTMLInputElement>(null);
  useKey("/", () => input.current?.focus());
  return (
    <div className="log-search">
      <label className="field">
        <Search className="i i-s" aria-hidden="true" />
        <span className="sr">Search the log</span>
        <input
          ref={input}
          type="search"
          aria-keyshortcuts="/"
          placeholder={isReading ? "Search the log" : `Search ${formatCounted(lines, "line")}`}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
            else if (event.key === "Escape") {
              event.preventDefault();
              onLeave();
              event.currentTarget.blur();
            }
          }}
        />
        <span className="nowrap" role="status">
          {state === null ? "" : toStateText(state, lines)}
        </span>
        {state === null ? <kbd className="hide-s">/</kbd> : null}
      </label>
      {state === null ? null : (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame of its own
        <div className="seg" role="group" aria-label="Hits">
          <button
            type="button"
            aria-label="Previous hit"
            title="Previous hit, Shift and Enter"
            onClick={() => onStep(-1)}
          >
            <ChevronUp className="i i-s" aria-hidden="true" />
          </button>
          <button type="button" aria-label="Next hit" title="Next hit, Enter" onClick={() => onStep(1)}>
            <ChevronDown className="i i-s" aria-hidden="true" />
          </button>
          <button
            type="button"
            aria-pressed={isOnlyHits}
            aria-label="Only lines that match"
            title={isOnlyHits ? "Show the lines between as well" : "Show only lines that match"}
            onClick={() => onOnlyHits(!isOnlyHits)}
          >
            <Funnel className="i i-s" aria-hidden="true" />
          </button>
        </div>
      )}
    </div>
  );
}

function toStateText({ hits, at, isDone }: SearchState, lines: number): string {
  if (at !== null) return `hit ${formatCount(at)} of ${formatCount(hits)}`;
  return `${formatCount(hits)}${isDone ? "" : "+"} of ${formatCount(lines)}`;
}
