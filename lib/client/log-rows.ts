/** Lines drawn together: they are mounted, measured and left out as one. */
export const BLOCK_LINES = 25;

/** Up to so many lines are drawn whole, for the browser's own search and for screen readers. */
const WHOLE_LINES = 500;

/** A stretch of the log that is drawn or left out as one. `group` is an index, `block` counts within the group. */
export type LogRow =
  | { kind: "heading"; group: number }
  | { kind: "block"; group: number; block: number; length: number };

/** What the rows of a group depend on. */
export interface GroupShape {
  isOpen: boolean;
  /** Lines of it that are shown. */
  length: number;
}

/** The rows of a log from top to bottom: for each group its heading, and while it is open its blocks. Pure. */
export function toLogRows(groups: readonly GroupShape[]): LogRow[] {
  const rows: LogRow[] = [];
  groups.forEach(({ isOpen, length }, group) => {
    rows.push({ kind: "heading", group });
    if (!isOpen) return;
    for (let from = 0; from < length; from += BLOCK_LINES) {
      rows.push({ kind: "block", group, block: from / BLOCK_LINES, length: Math.min(BLOCK_LINES, length - from) });
    }
  });
  return rows;
}

/** Whether so few lines are shown that all of them may be in the page. Pure. */
export function isDrawnWhole(rows: readonly LogRow[]): boolean {
  return rows.reduce((sum, row) => sum + (row.kind === "block" ? row.length : 0), 0) <= WHOLE_LINES;
}

/** Index of the row that holds the line at `position` of an open group; -1 where it is not shown. Pure. */
export function rowOfLine(rows: readonly LogRow[], group: number, position: number): number {
  const block = Math.floor(position / BLOCK_LINES);
  return rows.findIndex((row) => row.kind === "block" && row.group === group && row.block === block);
}

/** More blocks than a group ever has, and more groups than a run. */
const MOST_BLOCKS = 10_000_000;
const MOST_GROUPS = 100;

/**
 * A number for each row, its own while the log grows and under this `generation` alone. Numbers, since those of a long log
 * are all looked up whenever it grows. Pure.
 *
 * @param places a number for each group, the same one whichever other groups are shown.
 */
export function toRowKeys(rows: readonly LogRow[], places: readonly number[], generation: number): number[] {
  return rows.map((row) => {
    const part = generation * MOST_GROUPS + (places[row.group] ?? 0);
    return part * MOST_BLOCKS + (row.kind === "block" ? row.block + 1 : 0);
  });
}
