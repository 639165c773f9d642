import { type Command, InvalidArgumentError } from "commander";
import type { Terminal } from "@/lib/cli/terminal";
import type { DatabaseTarget } from "@/lib/db/client";

/** 0 done · 1 failed · 2 usage · 3 another run is active · 4 not eligible or reachable · 5 gates not met · 130 signal. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

/** What a command works with. */
export interface Session {
  terminal: Terminal;
  /** Aborts at the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Aborts at the second one: what is at hand is given up. */
  urgent: AbortSignal;
  /** Reads settings and, without DATABASE_URL, starts the embedded PostgreSQL; the same target on a second call. */
  target(): Promise<DatabaseTarget>;
  /** Says what is to happen before a third signal ends the process where it stands. */
  beforeForcedExit(work: () => void): void;
}

/** The work of a command; its arguments are those of commander's `action`. */
export type Work<Args extends unknown[]> = (session: Session, ...args: Args) => Promise<ExitCode>;

/**
 * Makes an action out of a command's work. At a signal the process ends at once, unless the work is `graceful`: then
 * `session.signal` asks it to stop and its end is awaited.
 */
export type Start = <Args extends unknown[]>(work: Work<Args>, ending?: "graceful") => (...args: Args) => Promise<void>;

/** Adds one command to the program. */
export type AddCommand = (program: Command, start: Start) => void;

/** A positive whole number of the command line. */
export function parseNumber(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new InvalidArgumentError("Not a positive whole number.");
  return Number(value);
}
