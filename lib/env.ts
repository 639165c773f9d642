import { readFileSync } from "node:fs";
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

/** Bytes of a secret at least, and different characters in it: random text has them, also in hexadecimal. */
const SECRET_BYTES = 32;
const SECRET_CHARACTERS = 10;

/** Whether `secret` is long enough, and no word or pattern repeated until it is. Source: OWASP ASVS 5.0, 11.2.3. */
function isStrongSecret(secret: string): boolean {
  const isRepeated = /^(.{1,16}?)\1+$/s.test(secret);
  return Buffer.byteLength(secret) >= SECRET_BYTES && new Set(secret).size >= SECRET_CHARACTERS && !isRepeated;
}

const strongSecret = () =>
  z
    .string()
    .refine(isStrongSecret, "has to be 32 bytes or more of random text, as `openssl rand -base64 32` makes them");

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `off`, or a number with its unit, in milliseconds; null: off. */
const duration = (min: number, max: number) =>
  z
    .string()
    .regex(/^(off|[1-9]\d{0,5}[mhd])$/, "has to be `off`, or minutes, hours or days, as in 30m, 6h, 1d")
    .default("off")
    .transform((text) => (text === "off" ? null : Number.parseInt(text, 10) * UNITS_MS[text.at(-1) as "m" | "h" | "d"]))
    .refine((ms) => ms === null || (ms >= min && ms <= max), "is too short or too long");

const settings = z.object({
  /** Direct connection to the Cowrie database. Absent: the embedded PostgreSQL under `.tidemark/`. */
  DATABASE_URL: z.string().min(1).optional(),
  /** The same database under a role that may only read; what only reads then goes there. */
  TIDEMARK_READ_DATABASE_URL: z.string().min(1).optional(),
  /** Schema in which `session_summaries` lives. */
  TIDEMARK_SCHEMA: z.string().min(1).default("public"),
  TIDEMARK_HOST: z.string().min(1).default("127.0.0.1"),
  PORT: integer(3000, 0, 65_535),
  /** Origin under which browsers reach the console, e.g. `https://tidemark.example.org`. Also the Host allow-list. */
  TIDEMARK_PUBLIC_ORIGIN: z
    .url()
    .refine(isSafeOrigin, "has to be https: browsers keep no safe cookie of an http origin on a network")
    .optional(),
  /** Proxies between browsers and the console that each add the address they saw to X-Forwarded-For. */
  TIDEMARK_TRUSTED_PROXIES: integer(0, 0, 10),
  /** How often an open stream asks whether its session is alive still, in milliseconds. */
  TIDEMARK_STREAM_CHECK_MS: integer(30_000, 100, 60_000),
  /** OpenID Connect provider whose users sign in as the operators of the same address; absent: none. */
  TIDEMARK_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  TIDEMARK_OIDC_CLIENT_ID: z.string().min(1).optional(),
  TIDEMARK_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Signs what the console hands out; the same for every server of one console. */
  TIDEMARK_SECRET: strongSecret().optional(),
  /** `off`: this web server only shows; a `tidemark worker` executes. */
  TIDEMARK_WORKER: z.enum(["on", "off"]).default("on"),
  /** What a worker does with a run whose process was lost. */
  TIDEMARK_RESUME: z.enum(["ask", "auto"]).default("ask"),
  /** How often a worker begins a catch-up by itself on a migrated database, e.g. `30m`, `6h`, `1d`; absent or `off`: never. */
  TIDEMARK_CATCH_UP_EVERY: duration(60_000, 31 * 86_400_000),
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
  /** Least weight of a line that web server and worker log. */
  TIDEMARK_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  /** One JSON object a line, or lines for a person; absent: the latter on a terminal only. */
  TIDEMARK_LOG_FORMAT: z.enum(["json", "text"]).optional(),
  /** Whoever asks for `/api/metrics` has to show it as bearer token; absent: only this machine may ask. */
  TIDEMARK_METRICS_TOKEN: strongSecret().optional(),
  /** Told when a run ends, when it is blocked, and when a gate changes. */
  TIDEMARK_WEBHOOK_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isSafeOrigin, "has to be https, unless it is this machine")
    .optional(),
  /** Signs what the webhook is told. */
  TIDEMARK_WEBHOOK_SECRET: strongSecret().optional(),
  /** A run that waits for others so long is told to the webhook, in milliseconds. */
  TIDEMARK_WEBHOOK_BLOCKED_MS: integer(30_000, 0, 86_400_000),
  /** Where traces go, by OTLP over HTTP; absent: there are none. Everything else about them is OpenTelemetry's own settings. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default("tidemark"),
  /** For tests of faults only: ends or freezes the process at a named place of a run. */
  TIDEMARK_FAILPOINT: z.string().min(1).optional(),
  /** Bytes known to be free on the data disk of the server; absent: looked up where the server is this machine. */
  TIDEMARK_DISK_FREE_BYTES: z.coerce.number().int().min(0).optional(),
  /** Where the embedded PostgreSQL and its data live, relative to the working directory. */
  TIDEMARK_HOME: z.string().min(1).default(".tidemark"),
});

/** The settings of this process, defaults filled in. */
export type Settings = z.infer<typeof settings>;

/** Https, or this machine itself. */
function isSafeOrigin(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === "https:" || ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}

/** Variables that look like settings of Tidemark and are none: a slip of the pen would else go unnoticed. Pure. */
export function findUnknownSettings(environment: NodeJS.ProcessEnv): string[] {
  const known = new Set([...Object.keys(settings.shape), ...SECRETS.map((name) => `${name}_FILE`)]);
  return Object.keys(environment).filter((name) => name.startsWith("TIDEMARK_") && !known.has(name));
}

/** Settings that may be named by a file instead, whose path is in the variable of that name with `_FILE` behind it. */
const SECRETS = [
  "DATABASE_URL",
  "TIDEMARK_READ_DATABASE_URL",
  "TIDEMARK_SECRET",
  "TIDEMARK_OIDC_CLIENT_SECRET",
  "TIDEMARK_METRICS_TOKEN",
  "TIDEMARK_WEBHOOK_URL",
  "TIDEMARK_WEBHOOK_SECRET",
] as const;

/**
 * Reads the settings out of the environment. Empty variables count as absent.
 *
 * @throws {ConfigurationError} naming each variable that cannot be read, without its value.
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = settings.safeParse({ ...present, ...readSecretFiles(present) });
  if (parsed.success) return withPairs(parsed.data);
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new ConfigurationError(
    `Unusable setting: ${problems.join("; ")}`,
    "Correct the environment variables named; README.md lists each with its default.",
  );
}

/** `TIDEMARK_FAILPOINT` alone, null where it is not set: asked for at every batch, where reading all settings would tell. */
export function readFailpoint(environment: NodeJS.ProcessEnv = process.env): string | null {
  return environment.TIDEMARK_FAILPOINT || null;
}

/** What is told unsigned could come from anybody. */
function withPairs(read: Settings): Settings {
  if (read.TIDEMARK_WEBHOOK_URL !== undefined && read.TIDEMARK_WEBHOOK_SECRET === undefined) {
    throw new ConfigurationError(
      "TIDEMARK_WEBHOOK_URL is set without TIDEMARK_WEBHOOK_SECRET.",
      "Set TIDEMARK_WEBHOOK_SECRET to the output of: openssl rand -base64 32",
    );
  }
  return read;
}

function readSecretFiles(present: Record<string, string | undefined>): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const name of SECRETS) {
    const file = present[`${name}_FILE`];
    if (file === undefined) continue;
    if (present[name] !== undefined) {
      throw new ConfigurationError(`${name} and ${name}_FILE are both set.`, "Set one of the two.");
    }
    secrets[name] = readSecretFile(name, file);
  }
  return secrets;
}

/** Read anew each time, as the environment is: a secret that was changed is taken at the next start of a process. */
function readSecretFile(name: string, file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new ConfigurationError(
      `The file that ${name}_FILE names cannot be read (${(cause as { code?: string }).code}).`,
      "Correct its path, or let the user that runs Tidemark read it.",
    );
  }
}
