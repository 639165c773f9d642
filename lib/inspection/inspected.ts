import type { Finding } from "@/lib/contract";
import type { CatalogActivity, CatalogRelation, CatalogRights, Dependent } from "@/lib/inspection/catalog";
import type { Drift } from "@/lib/inspection/drift";
import type { Hazard } from "@/lib/inspection/hazards";
import type { ServerFacts } from "@/lib/inspection/server";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** Everything that phases, status, preflight and refusals are concluded from. Plain data. */
export interface Inspection {
  /** As a status shows it; `server` without the packager's words. */
  database: { name: string; host: string; port: number; user: string; schema: string; server: string };
  server: ServerFacts;
  /** Text of `schema_state`'s `schema_version`; null when there is none or it cannot be read. */
  recordedVersion: string | null;
  currentUser: string;
  declared: SchemaSnapshot;
  live: SchemaSnapshot;
  drift: Drift;
  /** Views, functions and foreign keys of others on the tables of interest. */
  dependents: Dependent[];
  hazards: Hazard[];
  /** Names of those that are switched on. */
  eventTriggers: string[];
  /** Other sessions and whatever else may be in the way of a run at the moment. */
  activity: CatalogActivity;
  /** What stands under the names of the tables of interest, ordinary tables or not. */
  relations: CatalogRelation[];
  rights: CatalogRights;
  /** Other schemas with a relation `session_summaries`. */
  otherSchemas: string[];
  /** `raw_events` exists, has the columns that the rules read, and may be read. */
  canReadRawEvents: boolean;
  /** From statistics: no row is counted. */
  estimates: {
    sessions: number;
    /** Share of open sessions by `pg_stats`; null when never analysed or the column is missing. */
    openFraction: number | null;
    /** Distinct values of `snapshot_asn` and `source_ip`; null when never analysed or the column is missing. */
    distinctAsns: number | null;
    distinctIps: number | null;
  };
  /** Without measured rows; see `findingsOf`. */
  findings: Finding[];
}

/** An inspection before findings are drawn from it. */
export type Inspected = Omit<Inspection, "findings">;
