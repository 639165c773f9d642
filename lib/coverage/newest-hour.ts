import type pg from "pg";
import type { NewestHour } from "@/lib/contract";
import { hasColumn } from "@/lib/coverage/measures";
import { qualify } from "@/lib/db/identifier";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** Twelve slots of five minutes. */
const SLOTS = 12;
const SLOT_SECONDS = 300;

/** Counts the sessions of the last hour by five minutes, with and without a snapshot; reads the newest rows alone. */
export async function countNewestHour(client: pg.ClientBase, live: SchemaSnapshot): Promise<NewestHour> {
  const isOpen = hasColumn(live, "session_summaries", "enrichment_at") ? "s.enrichment_at is null" : "true";
  const result = await client.query<NewestHour>(
    `with counted as (
       -- A clock that is ahead of this one counts as now.
       select least(${SLOTS - 1}, greatest(0, ${SLOTS - 1} - floor(
                extract(epoch from now() - s.last_event_at) / ${SLOT_SECONDS})))::integer as slot,
              count(*) as total, count(*) filter (where ${isOpen}) as open
       from ${qualify(live.schema, "session_summaries")} as s
       where s.last_event_at > now() - interval '1 hour' and isfinite(s.last_event_at)
       group by 1
     )
     select ${utc("now()")} as "measuredAt", (
       select json_agg(json_build_object(
         'from', ${utc(`now() - make_interval(secs => (${SLOTS} - slot) * ${SLOT_SECONDS})`)},
         'total', coalesce(counted.total, 0), 'open', coalesce(counted.open, 0)) order by slot)
       from generate_series(0, ${SLOTS - 1}) as slot
       left join counted using (slot)
     ) as slots`,
  );
  const row = result.rows[0];
  if (row === undefined) throw new Error("count over session_summaries returned no row");
  return row;
}

const utc = (moment: string) => `to_char((${moment}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
