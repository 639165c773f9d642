import { expect, test } from "vitest";
import { newestHour } from "@/lib/contract";
import { countNewestHour } from "@/lib/coverage/newest-hour";
import { readLiveSchema } from "@/lib/inspection/live";
import { aSweepableDatabase } from "@/lib/testing/sweeping";

test("the last hour is counted by five minutes, the oldest first", async () => {
  const database = await aSweepableDatabase();
  await database.query(
    `insert into public.session_summaries (session_id, last_event_at, enrichment_at)
     values ('now', now(), null), ('swept', now() - interval '2 minutes', now()),
            ('a little older', now() - interval '7 minutes', null),
            ('oldest', now() - interval '59 minutes', now()),
            ('too old', now() - interval '61 minutes', now()),
            ('by another clock', now() + interval '1 day', null),
            ('endless', 'infinity', null)`,
  );
  const client = await database.client();

  const hour = await countNewestHour(client, await readLiveSchema(client, "public"));

  expect(newestHour.parse(hour)).toEqual(hour);
  const counted = hour.slots.flatMap(({ total, open }, slot) => (total === 0 ? [] : [{ slot, total, open }]));
  expect(hour.slots).toHaveLength(12);
  expect(counted).toEqual([
    { slot: 0, total: 1, open: 0 },
    { slot: 10, total: 1, open: 1 },
    { slot: 11, total: 3, open: 2 },
  ]);
  const ages = [0, 11].map((slot) => Date.parse(hour.measuredAt) - Date.parse(hour.slots[slot]?.from ?? ""));
  expect(ages).toEqual([60 * 60_000, 5 * 60_000]);
});
