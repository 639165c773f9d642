import { setTimeout as wait } from "node:timers/promises";
import { percentile } from "@/bench/statistics";
import { type DatabaseTarget, withClient } from "@/lib/db/client";

/** How long inserts of a writer took, in milliseconds. */
export interface WriterTimes {
  count: number;
  p50: number;
  p99: number;
  longest: number;
  errors: number;
}

/** Between two inserts of a writer of 100 sessions a second, in milliseconds. */
const INTERVAL_MS = 10;

/** How many different documents the writer uses. */
const DOCUMENTS = 200;

/** Inserts 100 sessions a second until `stop`, each in a transaction of its own, with documents that are already there. */
export function startWriter(target: DatabaseTarget): { stop(): Promise<WriterTimes> } {
  let isStopped = false;
  const writing = withClient(target, async (client) => {
    const { rows: documents } = await client.query<{ text: string }>(NEWEST_DOCUMENTS);
    const taken: number[] = [];
    let errors = 0;
    const startedAt = performance.now();
    for (let index = 0; !isStopped; index += 1) {
      // What a stall made late is sent at once, as ingest works off its queue.
      const early = startedAt + index * INTERVAL_MS - performance.now();
      if (early > 0) await wait(early);
      const sentAt = performance.now();
      try {
        await client.query(INSERT, [`bench${sentAt}-${index}`, documents[index % documents.length]?.text]);
      } catch (cause) {
        errors += 1;
        console.error(`The writer failed: ${cause instanceof Error ? cause.message : cause}`);
      }
      taken.push(performance.now() - sentAt);
    }
    const times = { p50: percentile(taken, 0.5), p99: percentile(taken, 0.99), longest: percentile(taken, 1) };
    return { count: taken.length, errors, ...times };
  });
  // Whoever stops it hears of it; a process must not end over it before.
  writing.catch(() => {});
  return {
    stop() {
      isStopped = true;
      return writing;
    },
  };
}

const NEWEST_DOCUMENTS = `
select enrichment::text as text
from public.session_summaries
where enrichment is not null
order by last_event_at desc
limit ${DOCUMENTS}`;

const INSERT = `
insert into public.session_summaries (session_id, first_event_at, last_event_at, event_count, source_files, enrichment)
values ($1, clock_timestamp(), clock_timestamp(), 1, '["cowrie.json"]', $2)`;
