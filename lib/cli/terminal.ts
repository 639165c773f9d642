import { once } from "node:events";
import type { Writable } from "node:stream";
import pc from "picocolors";
import { toDisplayText, toPlainLine } from "@/lib/plain-text";

/** A stream a command writes to, and whether a person looks at it. */
export type Stream = Writable & { isTTY?: boolean; columns?: number };

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
  /** A line at the foot that the next call or line replaces, on stderr and only where a person looks; null clears it. */
  foot(text: string | null): void;
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
  let foot: string | null = null;

  // A reader that went away (`| head`) is no failure; any other error of stdout ends the same way: nobody listens.
  stdout.on("error", () => closing.abort());
  stderr.on("error", () => {});

  function clearFoot() {
    if (foot !== null) stderr.write("\r\u001b[K");
    foot = null;
  }

  function write(text: string) {
    clearFoot();
    if (!closing.signal.aborted) stdout.write(`${text}\n`);
  }

  return {
    isJson,
    hasFoot,
    colors: pc.createColors(isScreen && pc.isColorSupported),
    closed: closing.signal,
    json: (value) => write(toJsonLine(value)),
    line: (text = "") => write(text),
    sql: (text) => write(isScreen ? toDisplayText(text) : text),
    note(text) {
      clearFoot();
      stderr.write(`${text}\n`);
    },
    foot(text) {
      if (!hasFoot) return;
      clearFoot();
      if (text === null) return;
      foot = text.slice(0, (stderr.columns ?? 80) - 1);
      stderr.write(foot);
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
