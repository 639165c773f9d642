import { expect, test, vi } from "vitest";
import { aCowrieDatabase } from "@/lib/testing/database";
import { aDeclaredDatabase } from "@/lib/testing/declared-database";
import { startIngest } from "@/lib/testing/ingest";
import { holdLock } from "@/lib/testing/lock-holder";

const sessions = [{ sessionId: "known" }];

/** For what comes soon, on a machine that does other things too. */
const PATIENT = { timeout: 10_000 };

test.each(["v15", "v17", "positional"] as const)(
  "writes with the %s columns and remembers every row",
  async (columns) => {
    const database = await aCowrieDatabase({ sessions });
    const ingest = await startIngest(database, { columns, rate: 500 });
    await vi.waitFor(() => expect(ingest.count()).toBeGreaterThan(10), PATIENT);

    const { acknowledged, errors } = await ingest.stop();

    expect(errors).toEqual([]);
    const rows = await database.query<{ id: string; n: number }>(
      "select session_id as id, event_count as n from public.session_summaries",
    );
    expect(new Map(rows.map(({ id, n }) => [id, n]))).toEqual(
      new Map([...acknowledged.values()].map(({ sessionId, eventCount }) => [sessionId, eventCount])),
    );
    expect(acknowledged.get("known")?.eventCount).toBeGreaterThan(0);
  },
);

test("writes an address as the application's next version does: only where the inventory has it", async () => {
  const database = await aDeclaredDatabase();
  await database.query(
    "insert into public.ip_inventory (ip_address, first_seen, last_seen) values ('203.0.113.1', now(), now())",
  );
  const ingest = await startIngest(database, { columns: "v17", addresses: ["203.0.113.1", "203.0.113.2"] });
  await vi.waitFor(() => expect(ingest.count()).toBeGreaterThan(4), PATIENT);

  expect((await ingest.stop()).errors).toEqual([]);
  expect(
    await database.query("select distinct source_ip from public.session_summaries order by source_ip nulls last"),
  ).toEqual([{ source_ip: "203.0.113.1" }, { source_ip: null }]);
});

test("measures how long it had to wait", async () => {
  const database = await aCowrieDatabase({ sessions });
  const ingest = await startIngest(database);
  const holder = await holdLock(database, "lock table session_summaries in share mode");
  const waiting = "select from pg_locks where not granted";
  await vi.waitFor(async () => expect(await database.query(waiting)).toHaveLength(1), PATIENT);
  await vi.waitUntil(async () => {
    const [row] = await database.query<{ ms: number }>(
      "select extract(epoch from clock_timestamp() - waitstart) * 1000 as ms from pg_locks where not granted",
    );
    return Number(row?.ms) > 300;
  }, PATIENT);
  await holder.release();

  expect((await ingest.stop()).longestStallMs).toBeGreaterThan(300);
});
