import type { Compared } from "@/bench/compare";
import type { ConsoleMeasures } from "@/bench/console";
import type { DiskUse } from "@/bench/meter";
import type { InProcessReads } from "@/bench/reads";
import type { WriterTimes } from "@/bench/writer";

/** One migration of one copy of the data. */
export interface Migration {
  seconds: number;
  /** Seconds by phase or step; empty for the floor. */
  parts: Record<string, number>;
  disk: DiskUse;
  /** Of the command line, in bytes. */
  memory: number | null;
  /** What preflight expected, in bytes; of Tidemark only. */
  forecast: { growth: number; walWritten: number } | null;
}

/** The generated database. */
export interface Data {
  addresses: number;
  /** Of a document as text, in bytes. */
  averageDocument: number;
  /** Share of all sessions whose document has the keys of the flat layout, of the nested one, of both. */
  layouts: { flat: number; nested: number; mixed: number };
  /** To generate it; most memory that took, in bytes. */
  seconds: number;
  memory: number | null;
}

/** A writer of 100 sessions a second, alone and beside a run. */
export interface Stalls {
  idle: WriterTimes;
  beside: WriterTimes;
  workers: number;
  /** What the run beside it took. */
  seconds: number;
  /** Each time its sweep made room. */
  slowdowns: string[];
}

/** Everything that was measured at one size; null where a measure was not asked for, or failed. */
export interface SizeResult {
  sessions: number;
  rounds: number;
  data: Data;
  reference: Migration[];
  /** By number of connections, one entry a round. */
  floor: Map<number, Migration[]>;
  tidemark: Map<number, Migration[]>;
  compared: Compared | null;
  reads: InProcessReads | null;
  stalls: Stalls | null;
  console: ConsoleMeasures | null;
}

/** A whole run of the benchmark. */
export interface BenchResult {
  startedAt: Date;
  finishedAt: Date;
  layout: string;
  machine: { cores: number; memory: number; processor: string; server: string; node: string };
  settings: Record<string, string>;
  sizes: SizeResult[];
  /** A sentence for each measure that failed. */
  problems: string[];
}
