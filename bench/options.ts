import { parseArgs } from "node:util";
import { z } from "zod";

const WHAT = ["seconds", "stalls", "web"] as const;
const LAYOUTS = ["flat", "nested", "mixed", "real"] as const;

const list = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) => text.split(",").map(Number))
    .pipe(z.array(z.number().int().positive()));

const options = z.object({
  /** Sizes of the database, smallest first. */
  sessions: list("100000").transform((sizes) => sizes.toSorted((a, b) => a - b)),
  /** Connections that the floor and Tidemark use. */
  workers: list("1,2"),
  layout: z.enum(LAYOUTS).default("real"),
  /** Distinct addresses; absent: as many as production would have. */
  addresses: z.coerce.number().int().positive().optional(),
  /** Absent: fewer the larger the database. */
  rounds: z.coerce.number().int().positive().optional(),
  /** `seconds`: all strategies in alternation; `stalls`: a writer beside a run; `web`: the console, at the largest size. */
  only: z
    .string()
    .default(WHAT.join(","))
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(WHAT))),
  "no-report": z.boolean().default(false),
  help: z.boolean().default(false),
});

/** What the benchmark was asked for. */
export type BenchOptions = z.infer<typeof options>;

export const USAGE = `npm run bench -- [options]

  --sessions 100000,400000,1682827   sizes of the database (default 100000)
  --workers 1,2                      connections of the floor and of Tidemark
  --layout flat|nested|mixed|real    layout of the documents (default real: as in production, mixed)
  --addresses 38864|300000           distinct source addresses (default: as many as production would have)
  --rounds N                         rounds a size (default 3; 2 above 150,000 sessions, 1 above 300,000)
  --only seconds,stalls,web          measures to take (default all)
  --no-report                        leaves docs/performance.md and docs/performance.svg alone`;

/**
 * Reads the parameters of the command.
 *
 * @throws {Error} naming the option that cannot be read.
 */
export function readOptions(parameters: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      sessions: { type: "string" },
      workers: { type: "string" },
      layout: { type: "string" },
      addresses: { type: "string" },
      rounds: { type: "string" },
      only: { type: "string" },
      "no-report": { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  const parsed = options.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`--${String(issue?.path[0])}: ${issue?.message ?? "unreadable"}\n\n${USAGE}`);
}

/** Rounds at a size: a long run spreads less, and the largest takes ten minutes a round. */
export function roundsAt(sessions: number, { rounds }: Pick<BenchOptions, "rounds">): number {
  if (rounds !== undefined) return rounds;
  if (sessions > 300_000) return 1;
  return sessions > 150_000 ? 2 : 3;
}
