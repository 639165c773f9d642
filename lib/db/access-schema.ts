import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, integer, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Role } from "@/lib/contract";
import { at, consoleSchema } from "@/lib/db/console-schema";

/**
 * Who may sign in, and who has. The property names of the first five tables are those that better-auth asks for; the
 * columns carry ours.
 */
export const operators = consoleSchema.table(
  "operators",
  {
    id: text("id").primaryKey(),
    /** In lower case: also what an operator signs in with. */
    email: text("email").notNull(),
    name: text("name").notNull(),
    emailVerified: boolean("is_email_verified").notNull().default(false),
    image: text("image"),
    role: text("role").$type<Role>().notNull(),
    twoFactorEnabled: boolean("is_two_factor_enabled").notNull().default(false),
    /** From then on nobody signs in as this operator. */
    disabledAt: at("disabled_at"),
    createdAt: at("created_at").notNull().default(sql`clock_timestamp()`),
    updatedAt: at("updated_at").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [uniqueIndex("operators_email_key").on(table.email)],
);

export const sessions = consoleSchema.table(
  "sessions",
  {
    id: text("id").primaryKey(),
    userId: text("operator_id").notNull(),
    /** sha256 of the token; the token itself is in the operator's cookie only. */
    token: text("token_digest").notNull(),
    expiresAt: at("expires_at").notNull(),
    ipAddress: text("address"),
    userAgent: text("user_agent"),
    createdAt: at("created_at").notNull().default(sql`clock_timestamp()`),
    updatedAt: at("updated_at").notNull().default(sql`clock_timestamp()`),
    /** Last time that its operator did something: the idle limit counts from here. */
    seenAt: at("seen_at").notNull().default(sql`clock_timestamp()`),
    /** Last time that its operator gave password or code. */
    confirmedAt: at("confirmed_at").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    uniqueIndex("sessions_token_digest_key").on(table.token),
    index("sessions_operator_id_idx").on(table.userId),
    foreignKey({ name: "sessions_operator_id_fkey", columns: [table.userId], foreignColumns: [operators.id] }).onDelete(
      "cascade",
    ),
  ],
);

/** Ways of an operator to sign in: `credential` with a password, or the identity at an OpenID Connect provider. */
export const signInMethods = consoleSchema.table(
  "sign_in_methods",
  {
    id: text("id").primaryKey(),
    userId: text("operator_id").notNull(),
    providerId: text("provider").notNull(),
    /** The operator at that provider; of a password, the operator's own id. */
    accountId: text("subject").notNull(),
    /** argon2id, in PHC form. */
    password: text("password_hash"),
    /** Never kept: the console asks the provider for nothing after the sign-in. */
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: at("access_token_expires_at"),
    refreshTokenExpiresAt: at("refresh_token_expires_at"),
    scope: text("scope"),
    createdAt: at("created_at").notNull().default(sql`clock_timestamp()`),
    updatedAt: at("updated_at").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    uniqueIndex("sign_in_methods_provider_subject_key").on(table.providerId, table.accountId),
    index("sign_in_methods_operator_id_idx").on(table.userId),
    foreignKey({
      name: "sign_in_methods_operator_id_fkey",
      columns: [table.userId],
      foreignColumns: [operators.id],
    }).onDelete("cascade"),
  ],
);

/** What a sign-in under way has to remember: the second factor asked for, the state of a provider's answer. */
export const verifications = consoleSchema.table(
  "verifications",
  {
    id: text("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: at("expires_at").notNull(),
    createdAt: at("created_at").notNull().default(sql`clock_timestamp()`),
    updatedAt: at("updated_at").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [index("verifications_identifier_idx").on(table.identifier)],
);

/** Second factors; secret and backup codes are encrypted with the console's secret. */
export const twoFactors = consoleSchema.table(
  "two_factors",
  {
    id: text("id").primaryKey(),
    userId: text("operator_id").notNull(),
    secret: text("secret").notNull(),
    backupCodes: text("backup_codes").notNull(),
    verified: boolean("is_verified").notNull().default(true),
    failedVerificationCount: integer("failed_verification_count").notNull().default(0),
    lockedUntil: at("locked_until"),
  },
  (table) => [
    index("two_factors_operator_id_idx").on(table.userId),
    foreignKey({
      name: "two_factors_operator_id_fkey",
      columns: [table.userId],
      foreignColumns: [operators.id],
    }).onDelete("cascade"),
  ],
);

/** One-time links: for the first operator, for a new password, for a sign-in to the demo. */
export const signInLinks = consoleSchema.table(
  "sign_in_links",
  {
    /** sha256 of the token; the token itself is in the link only. */
    digest: text("digest").primaryKey(),
    kind: text("kind").$type<"first-operator" | "password" | "sign-in">().notNull(),
    /** Null for the first operator, who does not exist yet. */
    operatorId: text("operator_id"),
    expiresAt: at("expires_at").notNull(),
    usedAt: at("used_at"),
  },
  (table) => [
    foreignKey({
      name: "sign_in_links_operator_id_fkey",
      columns: [table.operatorId],
      foreignColumns: [operators.id],
    }).onDelete("cascade"),
  ],
);
