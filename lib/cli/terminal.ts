import { once } from "node:events";
import type { Writable } from "node:stream";
import pc from "picocolors";
import { cutToWidth } from "@/lib/cli/text";
import { toDisplayText, toPlainLine } from "@/lib/plain-text";

/** A stream a command writes to, and whether a person looks at it. */
export type Stream = Writable & { isTTY?: boolean; columns?: number; rows?: number };

/** Where a command prints: data on stdout, diagnostics on stderr. */
export interface Terminal {
  readonly isJson: boolean;
  /** For stdout; without effect where it is no terminal. */
  readonly colors: ReturnType<typeof pc.createColors>;
  /** One value as one line of JSON on stdout. */
  json(value: unknown): void;
  /** One line for a person on stdout. What comes from a database must have passed `plain`. */
  line(text?: string): void;
  /** Text of several lines for psql: as it is, except on a terminal, which must not obey it. */
  sql(text: string): void;
  /** One line on stderr. */
  note(text: string): void;
  /** Whether a person sees the foot. */
  readonly hasFoot: boolean;
  /** Lines of the window that the foot is in. */
  readonly height: number;
  /**
   * Lines that stay at the foot, below whatever is printed, until the next call replaces them: on stderr, and only where
   * a person looks; null clears them.
   */
  foot(lines: string | string[] | null): void;
  /** Resolves once what was written has been taken. */
  drained(): Promise<void>;
  /** Aborts when the reader of stdout went away; whatever is written from then on is dropped. */
  readonly closed: AbortSignal;
}

/** Text from a database, fit for a line of a terminal. */
export const plain = toPlainLine;

/** The terminal of one command. */
export function createTerminal(options: { isJson: boolean; stdout: Stream; stderr: Stream }): Terminal {
  const { isJson, stdout, stderr } = options;
  const isScreen = stdout.isTTY === true;
  const hasFoot = stderr.isTTY === true && !isJson;
  const closing = new AbortController();
  let foot: string[] = [];

  // A reader that went away (`| head`) is no failure; any other error of stdout ends the same way: nobody listens.
  stdout.on("error", () => closing.abort());
  stderr.on("error", () => {});

  // The cursor stays behind the last line of the foot.
  function eraseFoot() {
    if (foot.length > 0) stderr.write(`\r${foot.length > 1 ? `\u001b[${foot.length - 1}A` : ""}\u001b[J`);
  }

  function drawFoot() {
    if (foot.length > 0) stderr.write(foot.join("\n"));
  }

  function write(text: string) {
    eraseFoot();
    if (!closing.signal.aborted) stdout.write(`${text}\n`);
    drawFoot();
  }

  return {
    isJson,
    hasFoot,
    get height() {
      return stderr.rows ?? 24;
    },
    colors: pc.createColors(isScreen && pc.isColorSupported),
    closed: closing.signal,
    json: (value) => write(toJsonLine(value)),
    line: (text = "") => write(text),
    sql: (text) => write(isScreen ? toDisplayText(text) : text),
    note(text) {
      eraseFoot();
      stderr.write(`${text}\n`);
      drawFoot();
    },
    foot(lines) {
      if (!hasFoot) return;
      eraseFoot();
      // A line that wraps would take two when it is erased.
      const width = (stderr.columns ?? 80) - 1;
      foot = [lines ?? []].flat().map((line) => cutToWidth(line, width));
      drawFoot();
    },
    async drained() {
      if (!stdout.writableNeedDrain || closing.signal.aborted) return;
      await once(stdout, "drain", { signal: closing.signal }).catch(() => {});
    },
  };
}

/** JSON escapes C0 by itself; DEL and C1 would reach a terminal as they are. */
function toJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
