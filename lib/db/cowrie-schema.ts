import { type SQL, sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  type ExtraConfigColumn,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  type PgTableFn,
  pgSchema,
  pgTable,
  primaryKey,
  serial,
  text,
  timestamp,
  unique,
  varchar,
} from "drizzle-orm/pg-core";
import { qualify } from "@/lib/db/identifier";

/**
 * The Cowrie schema: THE source for diagnosis, DDL, plan and success test.
 *
 * Everything in `sql` is written as PostgreSQL itself prints it (`pg_get_expr`, `pg_get_constraintdef`) under the
 * console's search path, so that declared and live compare as text on 14 to 18.
 */

const at = (name: string) => timestamp(name, { withTimezone: true });
const address = (name: string) => varchar(name, { length: 45 });

/** `~` reads a range by code point, whatever the collation: only A to Z pass. */
const isoCountry = (column: string): SQL =>
  sql.raw(`((${column} IS NULL) OR ((${column})::text ~ '^[A-Z]{2}$'::text))`);

function tablesIn(schema: string): PgTableFn {
  // Drizzle refuses pgSchema("public"). Both build the same tables; only the schema's name in the type differs.
  return (schema === "public" ? pgTable : pgSchema(schema).table) as PgTableFn;
}

const sessionColumns = () => ({
  sessionId: varchar("session_id", { length: 64 }).primaryKey(),
  firstEventAt: at("first_event_at"),
  lastEventAt: at("last_event_at"),
  eventCount: integer("event_count").notNull().default(0),
  commandCount: integer("command_count").notNull().default(0),
  fileDownloads: integer("file_downloads").notNull().default(0),
  loginAttempts: integer("login_attempts").notNull().default(0),
  sshKeyInjections: integer("ssh_key_injections").notNull().default(0),
  uniqueSshKeys: integer("unique_ssh_keys").notNull().default(0),
  vtFlagged: boolean("vt_flagged").notNull().default(false),
  dshieldFlagged: boolean("dshield_flagged").notNull().default(false),
  riskScore: integer("risk_score"),
  matcher: varchar("matcher", { length: 32 }),
  sourceFiles: json("source_files"),
  enrichment: json("enrichment"),
  createdAt: at("created_at").notNull().defaultNow(),
  updatedAt: at("updated_at").notNull().defaultNow(),
});

type IndexedSessionColumn = "firstEventAt" | "lastEventAt" | "vtFlagged" | "dshieldFlagged" | "sshKeyInjections";

const sessionIndexes = (sessions: Record<IndexedSessionColumn, ExtraConfigColumn>) => [
  index("ix_session_summaries_first_event").on(sessions.firstEventAt),
  index("ix_session_summaries_last_event").on(sessions.lastEventAt),
  index("ix_session_summaries_flags").on(sessions.vtFlagged, sessions.dshieldFlagged),
  index("ix_session_summaries_ssh_keys").on(sessions.sshKeyInjections),
];

const snapshotColumns = () => ({
  sourceIp: address("source_ip"),
  enrichmentAt: at("enrichment_at"),
  snapshotAsn: integer("snapshot_asn"),
  snapshotCountry: varchar("snapshot_country", { length: 2 }),
  snapshotIpTypes: text("snapshot_ip_types").array(),
});

/** The tables as v15 has them, in `schema`. */
export function cowrieTablesV15(schema: string) {
  const table = tablesIn(schema);

  const schemaState = table("schema_state", {
    key: varchar("key", { length: 128 }).primaryKey(),
    value: varchar("value", { length: 256 }).notNull(),
  });

  const rawEvents = table(
    "raw_events",
    {
      id: serial("id").primaryKey(),
      ingestId: varchar("ingest_id", { length: 64 }),
      ingestAt: at("ingest_at").notNull().defaultNow(),
      source: varchar("source", { length: 512 }).notNull(),
      sourceOffset: bigint("source_offset", { mode: "number" }),
      sourceInode: varchar("source_inode", { length: 128 }),
      sourceGeneration: integer("source_generation").notNull().default(0),
      payload: json("payload").notNull(),
      payloadHash: varchar("payload_hash", { length: 64 }),
      riskScore: integer("risk_score"),
      quarantined: boolean("quarantined").notNull().default(false),
      sessionId: varchar("session_id", { length: 64 }),
      eventType: varchar("event_type", { length: 128 }),
      eventTimestamp: at("event_timestamp"),
    },
    (events) => [
      unique("uq_raw_events_source").on(
        events.source,
        events.sourceInode,
        events.sourceGeneration,
        events.sourceOffset,
      ),
      index("ix_raw_events_ingest_at").on(events.ingestAt),
      index("ix_raw_events_session_id").on(events.sessionId),
      index("ix_raw_events_event_type").on(events.eventType),
      index("ix_raw_events_event_timestamp").on(events.eventTimestamp),
    ],
  );

  const sessionSummaries = table("session_summaries", sessionColumns(), sessionIndexes);

  return { schemaState, rawEvents, sessionSummaries };
}

/** The tables as v16 has them, in `schema`; v15's own objects included. */
export function cowrieTables(schema: string) {
  const table = tablesIn(schema);
  const { schemaState, rawEvents } = cowrieTablesV15(schema);

  const asnInventory = table(
    "asn_inventory",
    {
      asnNumber: integer("asn_number").primaryKey(),
      organizationName: text("organization_name"),
      organizationCountry: varchar("organization_country", { length: 2 }),
      registry: varchar("registry", { length: 10 }),
      asnType: text("asn_type"),
      isKnownHosting: boolean("is_known_hosting").default(false),
      isKnownVpn: boolean("is_known_vpn").default(false),
      firstSeen: at("first_seen").notNull(),
      lastSeen: at("last_seen").notNull(),
      uniqueIpCount: integer("unique_ip_count").default(0),
      totalSessionCount: integer("total_session_count").default(0),
      enrichment: jsonb("enrichment").default({}),
      enrichmentUpdatedAt: at("enrichment_updated_at"),
      createdAt: at("created_at").notNull().defaultNow(),
      updatedAt: at("updated_at").notNull().defaultNow(),
    },
    (asns) => [
      check("asn_inventory_asn_number_check", sql`(asn_number > 0)`),
      check("asn_inventory_organization_country_check", isoCountry("organization_country")),
      index("idx_asn_org_name").on(asns.organizationName),
      index("idx_asn_type").on(asns.asnType),
      // PostgreSQL's own `desc`: Drizzle's bare `.desc()` would be `desc nulls last`.
      index("idx_asn_session_count").on(asns.totalSessionCount.desc().nullsFirst()),
    ],
  );

  /** Helper functions of the target schema read the document; an expression alone may hold no subquery. */
  const reading = (helper: string): SQL => sql.raw(`${qualify(schema, helper)}(enrichment, (ip_address)::text)`);

  const ipInventory = table(
    "ip_inventory",
    {
      ipAddress: address("ip_address").primaryKey(),
      currentAsn: integer("current_asn"),
      asnLastVerified: at("asn_last_verified"),
      firstSeen: at("first_seen").notNull(),
      lastSeen: at("last_seen").notNull(),
      sessionCount: integer("session_count").default(1),
      enrichment: jsonb("enrichment").notNull().default({}),
      enrichmentUpdatedAt: at("enrichment_updated_at"),
      enrichmentVersion: varchar("enrichment_version", { length: 20 }).default("2.2"),
      geoCountry: varchar("geo_country", { length: 2 }).generatedAlwaysAs(() => reading("tidemark_geo_country")),
      ipTypes: text("ip_types")
        .array()
        .generatedAlwaysAs(() => reading("tidemark_ip_types")),
      isScanner: boolean("is_scanner").generatedAlwaysAs(() => reading("tidemark_is_scanner")),
      isBogon: boolean("is_bogon").generatedAlwaysAs(() => reading("tidemark_is_bogon")),
      createdAt: at("created_at").notNull().defaultNow(),
      updatedAt: at("updated_at").notNull().defaultNow(),
    },
    (ips) => [
      check("ip_inventory_session_count_check", sql`(session_count >= 0)`),
      index("idx_ip_current_asn").on(ips.currentAsn),
      index("idx_ip_geo_country").on(ips.geoCountry),
      index("idx_ip_session_count").on(ips.sessionCount.desc().nullsFirst()),
      index("idx_ip_enrichment_updated").on(ips.enrichmentUpdatedAt),
      index("idx_ip_staleness_active")
        .on(ips.enrichmentUpdatedAt, ips.lastSeen)
        .where(sql`(enrichment_updated_at IS NOT NULL)`),
      foreignKey({ name: "fk_ip_current_asn", columns: [ips.currentAsn], foreignColumns: [asnInventory.asnNumber] }),
    ],
  );

  const ipAsnHistory = table(
    "ip_asn_history",
    {
      ipAddress: address("ip_address"),
      asnNumber: integer("asn_number"),
      observedAt: at("observed_at").defaultNow(),
      verificationSource: varchar("verification_source", { length: 50 }),
    },
    (moves) => [
      primaryKey({ name: "ip_asn_history_pkey", columns: [moves.ipAddress, moves.asnNumber, moves.observedAt] }),
    ],
  );

  const sessionSummaries = table("session_summaries", { ...sessionColumns(), ...snapshotColumns() }, (sessions) => [
    ...sessionIndexes(sessions),
    index("idx_session_source_ip").on(sessions.sourceIp),
    index("idx_session_snapshot_asn").on(sessions.snapshotAsn),
    index("idx_session_snapshot_country").on(sessions.snapshotCountry),
    index("idx_session_first_event_brin").using("brin", sessions.firstEventAt),
    index("idx_session_last_event_brin").using("brin", sessions.lastEventAt),
    check("snapshot_country_iso", isoCountry("snapshot_country")),
    foreignKey({
      name: "fk_session_source_ip",
      columns: [sessions.sourceIp],
      foreignColumns: [ipInventory.ipAddress],
    }),
  ]);

  return { schemaState, rawEvents, sessionSummaries, asnInventory, ipInventory, ipAsnHistory };
}
