const numbers = new Intl.NumberFormat("en-US");

/** `1,682,827`; a dash for what is not known. */
export function formatCount(value: number | null): string {
  return value === null ? "-" : numbers.format(value);
}

/** `17.7 %`; a dash for 0 of 0. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** `250 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `8.4 GB`, in powers of 1024 as `pg_size_pretty` counts. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return "-";
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes < 1_024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1_024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** `2026-01-01 12:30:00 UTC`. */
export function formatTime(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
const COLOUR = /\u001b\[[0-9;]*m/g;
const COLOUR_PARTS = new RegExp(`(${COLOUR.source})`);

/** The first `width` characters of a line; colour codes take no width, and those behind the cut stay, to end theirs. */
export function cutToWidth(line: string, width: number): string {
  let left = width;
  const parts = line.split(COLOUR_PARTS);
  // Odd parts are colour codes.
  return parts
    .map((part, i) => {
      if (i % 2 === 1) return part;
      const characters = [...part].slice(0, left);
      left -= characters.length;
      return characters.join("");
    })
    .join("");
}

/** Columns padded to their widest cell; those named in `right` are flush right. Colour codes take no width. */
export function toTable(rows: string[][], { right = [] }: { right?: number[] } = {}): string[] {
  const width = (cell: string) => [...cell.replace(COLOUR, "")].length;
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const padding = " ".repeat((widths[i] ?? 0) - width(cell));
        return right.includes(i) ? padding + cell : cell + padding;
      })
      .join("  ")
      .trimEnd(),
  );
}
