import type { IndexBuild, SchemaReport } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { withReadClient } from "@/lib/db/pool";
import { readSchemaReport } from "@/lib/migration";

/**
 * Declared and live schema side by side. An index that somebody builds concurrently is INVALID until the end: what the
 * server tells of the build is added to it.
 *
 * @throws {RefusalError} when this database is not eligible.
 */
export async function readSchemaWithBuilds(target: DatabaseTarget): Promise<SchemaReport> {
  const [report, builds] = await Promise.all([readSchemaReport(target), readIndexBuilds(target)]);
  return {
    ...report,
    indexes: report.indexes.map((index) => {
      const build = builds.get(index.name);
      return build === undefined ? index : { ...index, build };
    }),
  };
}

/** Concurrent builds under way in the schema of the honeypot, by index; of others' only as far as the role may see. */
async function readIndexBuilds(target: DatabaseTarget): Promise<Map<string, IndexBuild>> {
  const { rows } = await withReadClient(target, (client) => client.query<Row>(BUILDS_SQL, [target.schema]));
  return new Map(rows.map(({ index, ...row }) => [index, toBuild(row)]));
}

interface Row {
  index: string;
  pid: number;
  since: Date;
  stage: string;
  blocks: [done: number, total: number];
  tuples: [done: number, total: number];
  lockers: [done: number, total: number];
  waitsFor: number | null;
}

function toBuild({ pid, since, stage, waitsFor, ...counted }: Omit<Row, "index">): IndexBuild {
  const unit = stage.startsWith("waiting") ? "sessions" : counted.tuples[1] > 0 ? "tuples" : "blocks";
  const [done, total] = unit === "sessions" ? counted.lockers : counted[unit];
  // The server counts on while it is read.
  return { pid, since: since.toISOString(), stage, unit, done: Math.min(done, total), total, waitsFor };
}

/** Source: PostgreSQL manual, chapter 27.4.4 (Progress Reporting, CREATE INDEX). A plain build names no index yet. */
const BUILDS_SQL = `
select
  c.relname as index,
  p.pid,
  coalesce(a.query_start, pg_catalog.clock_timestamp()) as since,
  p.phase as stage,
  json_build_array(p.blocks_done, p.blocks_total) as blocks,
  json_build_array(p.tuples_done, p.tuples_total) as tuples,
  json_build_array(p.lockers_done, p.lockers_total) as lockers,
  nullif(p.current_locker_pid, 0) as "waitsFor"
from pg_catalog.pg_stat_progress_create_index as p
join pg_catalog.pg_class as c on c.oid = p.index_relid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_stat_activity as a on a.pid = p.pid
where p.datname = pg_catalog.current_database() and n.nspname = $1`;
