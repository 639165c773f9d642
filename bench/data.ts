import { watchMemory } from "@/bench/meter";
import type { Data } from "@/bench/results";
import type { BenchServer } from "@/bench/server";
import { withClient } from "@/lib/db/client";
import type { Layout } from "@/lib/demo/document";
import { countAttackers } from "@/lib/demo/population";

/** Generates a template and says what it holds. */
export async function describeData(
  server: BenchServer,
  template: string,
  { sessions, layout, addresses }: { sessions: number; layout: Layout; addresses: number | undefined },
): Promise<Data> {
  const startedAt = performance.now();
  const memory = watchMemory(process.pid);
  // The reference strategy fails on odd values: it would have nothing to be compared with.
  const options = { sessions, layout, hasOddities: false };
  const target = await server.fill(template, addresses === undefined ? options : { ...options, addresses });
  const seconds = (performance.now() - startedAt) / 1_000;
  const peak = memory.stop();
  const { averageDocument, ...sampled } = await withClient(target, async (client) => {
    const { rows } = await client.query<Sample>(SAMPLE, [Math.min(100, (100 * SAMPLED) / sessions)]);
    return rows[0] ?? { averageDocument: 0, flat: 0, nested: 0, mixed: 0 };
  });
  console.log(
    `${sessions} sessions generated in ${seconds.toFixed(1)} s; documents of ${Math.round(averageDocument)} bytes on average`,
  );
  return { addresses: addresses ?? countAttackers(sessions), averageDocument, layouts: sampled, seconds, memory: peak };
}

interface Sample {
  averageDocument: number;
  flat: number;
  nested: number;
  mixed: number;
}

/** How many sessions are looked at, the same each time. */
const SAMPLED = 10_000;

const SAMPLE = `
select
  avg(octet_length(text))::float8 as "averageDocument",
  avg((is_flat and not is_nested)::int)::float8 as flat,
  avg((is_nested and not is_flat)::int)::float8 as nested,
  avg((is_nested and is_flat)::int)::float8 as mixed
from (
  select
    enrichment::text as text,
    coalesce(enrichment::jsonb ?| '{dshield,maxmind,cymru,session_metadata}', false) as is_flat,
    coalesce(enrichment::jsonb ? 'session', false) as is_nested
  from public.session_summaries
  tablesample system ($1) repeatable (1)
) as sampled`;
