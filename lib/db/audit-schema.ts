import { sql } from "drizzle-orm";
import { bigint, index, integer, text } from "drizzle-orm/pg-core";
import type { AuditOutcome, Role } from "@/lib/contract";
import { at, consoleSchema } from "@/lib/db/console-schema";

/**
 * Who asked for what, when, from where, and what came of it. Append-only: the migration that makes it takes UPDATE, DELETE
 * and TRUNCATE from its owner, too. No foreign keys: a line outlives what it is about.
 */
export const auditEvents = consoleSchema.table(
  "audit_events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: at("at").notNull().default(sql`clock_timestamp()`),
    actor: text("actor").notNull(),
    role: text("role").$type<Role>(),
    address: text("address"),
    action: text("action").notNull(),
    runId: bigint("run_id", { mode: "number" }),
    outcome: text("outcome").$type<AuditOutcome>().notNull(),
    detail: text("detail"),
    /** sha256 of what was typed to confirm it. */
    confirmation: text("confirmation"),
  },
  (table) => [index("audit_events_at_idx").on(table.at)],
);

/** How often who asked for what, counted by rate-limiter-flexible, whose columns these are. `expire`: ms since 1970. */
export const actionRates = consoleSchema.table("action_rates", {
  key: text("key").primaryKey(),
  points: integer("points").notNull().default(0),
  expire: bigint("expire", { mode: "number" }),
});
