import { z } from "zod";
import { MOST_WORKERS } from "@/lib/contract";

/** Thrown for a missing or malformed setting; names the variable, never its value. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const settings = z.object({
  /** Direct connection to the Cowrie database. Absent: the embedded PostgreSQL under `.tidemark/`. */
  DATABASE_URL: z.string().min(1).optional(),
  /** Schema in which `session_summaries` lives. */
  TIDEMARK_SCHEMA: z.string().min(1).default("public"),
  TIDEMARK_HOST: z.string().min(1).default("127.0.0.1"),
  PORT: integer(3000, 0, 65_535),
  /** Origin under which browsers reach the console, e.g. `https://tidemark.example.org`. Also the Host allow-list. */
  TIDEMARK_PUBLIC_ORIGIN: z.url().optional(),
  /** `off`: this web server only shows; a `tidemark worker` executes. */
  TIDEMARK_WORKER: z.enum(["on", "off"]).default("on"),
  /** What a worker does with a run whose process was lost. */
  TIDEMARK_RESUME: z.enum(["ask", "auto"]).default("ask"),
  /** What `migrate` does where a table of v16 is there in another shape: repair it in place, or stop before touching it. */
  TIDEMARK_ON_INCOMPLETE: z.enum(["repair", "strict"]).default("repair"),
  /** Connections that a sweep uses at once, where the operator asks for no other number. */
  TIDEMARK_PARALLELISM: integer(2, 1, MOST_WORKERS),
  /** Target duration of one sweep batch at the speed `normal`, in milliseconds. */
  TIDEMARK_BATCH_TARGET_MS: integer(125, 10, 10_000),
  /** A sweep makes room once a writer has waited so long for rows of a batch, in milliseconds; 0: never. */
  TIDEMARK_WRITER_WAIT_MS: integer(150, 0, 60_000),
  /** A sweep makes room once the smallest write takes so long to commit, in milliseconds; 0: never. */
  TIDEMARK_COMMIT_MS: integer(250, 0, 60_000),
  /** A sweep makes room once so much WAL waits for the archive or for a replication slot, in megabytes; 0: never. */
  TIDEMARK_WAL_BACKLOG_MB: integer(1_024, 0, 10_000_000),
  /** A sweep makes room once a replica is so far behind, in milliseconds; 0: never. */
  TIDEMARK_REPLICA_LAG_MS: integer(10_000, 0, 86_400_000),
  /** A sweep makes room once a vacuum of `session_summaries` has been at work so long, in milliseconds; 0: never. */
  TIDEMARK_VACUUM_MS: integer(30_000, 0, 86_400_000),
  /** How long a statement that blocks others may wait for its lock, in milliseconds. */
  TIDEMARK_LOCK_TIMEOUT_MS: integer(500, 10, 60_000),
  /** How long a concurrent index build or a validation may wait, in milliseconds. */
  TIDEMARK_INDEX_WAIT_MS: integer(600_000, 1_000, 86_400_000),
  /** How long a step is tried again while others hold what it needs, in milliseconds; then the run fails, naming them. */
  TIDEMARK_LOCK_PATIENCE_MS: integer(300_000, 0, 86_400_000),
  /** How long a run waits for a database that went away, in milliseconds; then it is interrupted. */
  TIDEMARK_RECONNECT_MS: integer(120_000, 0, 86_400_000),
  /** After how long without any answer a connection of a run counts as lost, in milliseconds. */
  TIDEMARK_SILENCE_MS: integer(15_000, 500, 600_000),
  /** For tests of faults only: ends or freezes the process at a named place of a run. */
  TIDEMARK_FAILPOINT: z.string().min(1).optional(),
  /** Bytes known to be free on the data disk of the server; absent: looked up where the server is this machine. */
  TIDEMARK_DISK_FREE_BYTES: z.coerce.number().int().min(0).optional(),
  /** Where the embedded PostgreSQL and its data live, relative to the working directory. */
  TIDEMARK_HOME: z.string().min(1).default(".tidemark"),
});

/** The settings of this process, defaults filled in. */
export type Settings = z.infer<typeof settings>;

/**
 * Reads the settings out of the environment. Empty variables count as absent.
 *
 * @throws {ConfigurationError} naming each variable that cannot be read, without its value.
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = settings.safeParse(present);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new ConfigurationError(
    `Unusable setting: ${problems.join("; ")}`,
    "Correct the environment variables named; README.md lists each with its default.",
  );
}
