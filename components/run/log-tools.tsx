"use client";

import { ArrowDownToLine, ChevronsDownUp, ChevronsUpDown, Clock, Download, OctagonX } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import { StateIcon } from "@/components/ui/icons";
import { formatCount } from "@/lib/client/format";
import type { LogBook } from "@/lib/client/log-book";
import type { LogFilter } from "@/lib/client/log-sieve";
import { toLogText } from "@/lib/client/log-text";
import type { LogEvent } from "@/lib/contract";

/** Level, first error, follow, times, open, copy, download; the search stands before them as `children`. */
export function LogTools(props: {
  runId: number;
  book: LogBook;
  /** The run has failed: an error is among its lines, be they read or not. */
  hasFailed: boolean;
  /** Lines are still being read: what is counted so far is not all. */
  isReading: boolean;
  /** The lines that are shown, in order. */
  shown: () => readonly LogEvent[];
  level: LogFilter["level"];
  onLevel: (level: LogFilter["level"]) => void;
  onFirstError: () => void;
  isFollowing: boolean;
  onFollow: () => void;
  isClock: boolean;
  onClock: () => void;
  areAllOpen: boolean;
  onOpenAll: (open: boolean) => void;
  children: ReactNode;
}) {
  const { runId, book, hasFailed, isReading, shown, level, onLevel, isFollowing, isClock, areAllOpen, onOpenAll } =
    props;
  const levels = [
    { level: "all", label: "All lines", text: "All", icon: null },
    { level: "warn", label: "Warnings and errors", text: toFigure(book.warnings, isReading), icon: "warning" },
    { level: "error", label: "Errors", text: toFigure(book.errors, isReading), icon: "error" },
  ] as const;
  return (
    <div className="log-tools">
      {props.children}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame of its own */}
      <div className="seg" role="group" aria-label="Level">
        {levels.map(({ level: each, label, text, icon }) => (
          <button
            type="button"
            key={each}
            aria-pressed={level === each}
            aria-label={icon === null ? label : `${label}: ${text}`}
            onClick={() => onLevel(each)}
          >
            {icon === null ? null : <StateIcon state={icon} small />} {text}
          </button>
        ))}
      </div>
      {book.errors === 0 && !hasFailed ? null : (
        <button
          type="button"
          className="btn"
          aria-keyshortcuts="e"
          aria-label="Go to the first error"
          aria-disabled={book.errors === 0}
          title="Go to the first error, key e"
          onClick={props.onFirstError}
        >
          <OctagonX className="i i-s t-coral" aria-hidden="true" /> <span className="keep">First error</span>
        </button>
      )}
      <button
        type="button"
        className="btn"
        aria-pressed={isFollowing}
        aria-keyshortcuts="f"
        aria-label="Follow the end of the log"
        title="Follow the end of the log, key f"
        onClick={props.onFollow}
      >
        <ArrowDownToLine className="i i-s" aria-hidden="true" /> <span>{isFollowing ? "Following" : "To the end"}</span>
      </button>
      <div className="log-more">
        <IconButton
          label={isClock ? "Count times from the start of the run" : "Show times of the clock, UTC"}
          isPressed={isClock}
          onPress={props.onClock}
        >
          <Clock className="i" aria-hidden="true" />
        </IconButton>
        <IconButton label={areAllOpen ? "Close all parts" : "Open all parts"} onPress={() => onOpenAll(!areAllOpen)}>
          {areAllOpen ? (
            <ChevronsDownUp className="i" aria-hidden="true" />
          ) : (
            <ChevronsUpDown className="i" aria-hidden="true" />
          )}
        </IconButton>
        <CopyButton
          label={toCopyLabel(shown().length < book.lines.length, isReading)}
          read={() => toLogText(shown())}
        />
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame of its own */}
        <span className="seg downloads" role="group" aria-label="Download the log">
          <Download className="i i-s" aria-hidden="true" />
          {(["log", "ndjson"] as const).map((format) => (
            <a key={format} href={`/api/runs/${runId}/log?format=${format}`} download>
              <span className="sr">Download as </span>.{format}
            </a>
          ))}
        </span>
      </div>
    </div>
  );
}

function toCopyLabel(isNarrowed: boolean, isReading: boolean): string {
  if (isNarrowed) return "Copy the lines shown";
  return isReading ? "Copy the lines read so far" : "Copy the log";
}

/** A count; while it may grow, with an ellipsis behind it, and none where there is nothing yet. */
function toFigure(count: number, isReading: boolean): string {
  if (!isReading) return formatCount(count);
  return count === 0 ? "–" : `${formatCount(count)}…`;
}

function IconButton(props: { label: string; isPressed?: boolean; onPress: () => void; children: ReactNode }) {
  const { label, isPressed, onPress, children } = props;
  return (
    <button
      type="button"
      className="icon-btn"
      aria-label={label}
      aria-pressed={isPressed}
      title={label}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
