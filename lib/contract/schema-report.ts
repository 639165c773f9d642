import { z } from "zod";
import { count, time } from "@/lib/contract/scalars";

const objectState = z.enum([
  "as-declared",
  "planned",
  "missing",
  "different",
  "invalid",
  "not-validated",
  "extra",
  "v15",
]);

/** A concurrent build under way, as `pg_stat_progress_create_index` tells it. */
export const indexBuild = z.object({
  pid: z.number().int(),
  since: time,
  /** Stage in PostgreSQL's words, e.g. `building index: scanning table`. */
  stage: z.string(),
  /** What `done` and `total` count within that stage; `sessions` are those it waits for. */
  unit: z.enum(["blocks", "tuples", "sessions"]),
  done: count,
  total: count,
  /** The session it waits for. */
  waitsFor: z.number().int().nullable(),
});
export type IndexBuild = z.infer<typeof indexBuild>;

export const schemaReport = z.object({
  tables: z.array(
    z.object({
      name: z.string(),
      /** 1 ASN, 2 address, 3 session; null for the rest. */
      tier: z.number().int().min(1).max(3).nullable(),
      exists: z.boolean(),
      /** Estimate of the planner; null when the table is absent or never analysed. */
      rows: count.nullable(),
      bytes: count.nullable(),
      columns: z.array(
        z.object({
          name: z.string(),
          declared: z.string().nullable(),
          live: z.string().nullable(),
          isGenerated: z.boolean(),
          state: objectState,
          remedy: z.string().nullable(),
        }),
      ),
    }),
  ),
  indexes: z.array(
    z.object({
      name: z.string(),
      table: z.string(),
      declared: z.string().nullable(),
      live: z.string().nullable(),
      state: objectState,
      remedy: z.string().nullable(),
      /** Absent: nobody is building it now. */
      build: indexBuild.optional(),
    }),
  ),
  constraints: z.array(
    z.object({
      name: z.string(),
      table: z.string(),
      declared: z.string().nullable(),
      live: z.string().nullable(),
      state: objectState,
      remedy: z.string().nullable(),
    }),
  ),
  functions: z.array(z.object({ name: z.string(), state: objectState, remedy: z.string().nullable() })),
  dependents: z.array(z.object({ kind: z.string(), object: z.string(), on: z.string(), definition: z.string() })),
});
export type SchemaReport = z.infer<typeof schemaReport>;
export type ObjectState = z.infer<typeof objectState>;
