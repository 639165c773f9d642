"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { LogHeading, QuietHeading } from "@/components/run/log-heading";
import { type LineLook, LogLines } from "@/components/run/log-lines";
import { type LogScroll, useEndInView } from "@/components/run/use-follow";
import { useLogRows } from "@/components/run/use-log-rows";
import { useRevealedLine } from "@/components/run/use-revealed-line";
import { Empty } from "@/components/ui/empty";
import { indexOfSeq, type LogGroup } from "@/lib/client/log-book";
import { BLOCK_LINES, type LogRow, rowOfLine } from "@/lib/client/log-rows";
import type { LogEvent, RunPhase, RunStatus } from "@/lib/contract";

/** A part of the log as it is shown. */
export interface ShownGroup {
  group: LogGroup;
  /** Which part of the log it is, whichever others are shown. */
  place: number;
  phase: RunPhase | null;
  /** Those of its lines that are shown. */
  lines: readonly LogEvent[];
  isOpen: boolean;
  /** Nothing to open: no line has come. */
  isQuiet: boolean;
}

/**
 * The lines of a log. Of a long one only the blocks in sight are in the page; headings always are, so that the keyboard
 * reaches every part.
 */
export function LogBody(props: {
  groups: readonly ShownGroup[];
  status: RunStatus;
  /** Lines are still being read: what is counted so far is not all. */
  isReading: boolean;
  look: LineLook;
  /** Names what is shown of the book: under another name nothing measured before counts. */
  shownAs: string;
  scroll: LogScroll;
  /** Line to be brought into view, or null. */
  revealed: { seq: number; isAsked: boolean } | null;
  onRevealed: () => void;
  onToggle: (id: LogGroup["id"], open: boolean) => void;
  /** Said where there is nothing to show. */
  nothing: string | null;
}) {
  const { groups, status, isReading, look, shownAs, scroll, revealed, onRevealed, onToggle, nothing } = props;
  const { rows, headings, estimateSize, getItemKey, rangeExtractor } = useLogRows(groups, shownAs);
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>({
    count: rows.length,
    getScrollElement: () => scroll.body.current,
    estimateSize,
    getItemKey,
    overscan: 1,
    rangeExtractor,
  });
  const drawn = virtualizer.getVirtualItems();
  const places = virtualizer.measurementsCache;
  useEndInView(scroll, virtualizer.getTotalSize());
  useRevealedLine(
    revealed === null ? null : { ...revealed, row: findRow(groups, rows, revealed.seq) },
    virtualizer,
    onRevealed,
  );

  return (
    <section
      className="log-body"
      ref={scroll.body}
      onScroll={scroll.onScroll}
      onWheel={scroll.onWheel}
      onKeyDown={scroll.onKeyDown}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Lines"
      aria-busy={isReading}
    >
      {/* Lines come into the page and leave it as it is scrolled: what is new is told apart, beside the log. */}
      <div role="log" aria-live="off" aria-label="Log">
        {groups.map(({ group, phase, lines, isOpen, isQuiet }, index) => {
          const heading = headings[index] ?? 0;
          if (isQuiet) {
            return (
              <QuietHeading
                key={group.id}
                title={group.title}
                phase={phase}
                status={status}
                row={heading}
                measure={virtualizer.measureElement}
              />
            );
          }
          const top = places[heading]?.end ?? 0;
          const blocks = isOpen ? Math.ceil(lines.length / BLOCK_LINES) : 0;
          const height = (places[heading + blocks]?.end ?? top) - top;
          return (
            <details key={group.id} className="log-group" open={isOpen}>
              <LogHeading
                group={group}
                phase={phase}
                length={lines.length}
                isReading={isReading}
                status={status}
                warnings={group.warnings}
                errors={group.errors}
                isOpen={isOpen}
                row={heading}
                measure={virtualizer.measureElement}
                onToggle={onToggle}
              />
              {isOpen ? (
                <div className="lines" style={{ height }}>
                  {drawn.map(({ index: at, key, start }) => {
                    const row = rows[at];
                    if (row?.kind !== "block" || row.group !== index) return null;
                    const from = row.block * BLOCK_LINES;
                    return (
                      <div
                        key={key}
                        ref={virtualizer.measureElement}
                        data-index={at}
                        className={`line-block${row.block === 0 ? " first" : ""}${row.block === blocks - 1 ? " last" : ""}`}
                        style={{ transform: `translateY(${start - top}px)` }}
                      >
                        <LogLines lines={lines.slice(from, from + BLOCK_LINES)} look={look} />
                      </div>
                    );
                  })}
                </div>
              ) : null}
            </details>
          );
        })}
      </div>
      {nothing === null ? null : (
        <div className="px-4">
          <Empty>{nothing}</Empty>
        </div>
      )}
    </section>
  );
}

function findRow(groups: readonly ShownGroup[], rows: readonly LogRow[], seq: number): number {
  for (const [index, { lines }] of groups.entries()) {
    const position = indexOfSeq(lines, seq);
    if (lines[position]?.seq === seq) return rowOfLine(rows, index, position);
  }
  return -1;
}
