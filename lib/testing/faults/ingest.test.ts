import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { readStatus } from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { at, withSettings } from "@/lib/testing/faults/reacting";
import { aHoneypot } from "@/lib/testing/honeypot";
import { startIngest } from "@/lib/testing/ingest";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { reset, run } from "@/lib/testing/running";

const sessions = Array.from({ length: 60 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: { dshield: { ip: { number: `203.0.113.${index % 7}`, as: 64500 + (index % 2), ascountry: "SE" } } },
}));

/** Addresses that no session had before. */
const newAddresses = () =>
  Array.from({ length: 400 }, () => `100.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(1, 255)}`);

const countsOf = (database: TestDatabase) =>
  database.query(`select count(*) as sessions, count(*) filter (where enrichment_at is null) as open,
    (select sum(session_count)::int from public.ip_inventory) as counted, count(source_ip) as addressed
    from public.session_summaries`);

test("F33: sessions that ingest inserts behind the sweep are caught up before the verdict, the last ones by catch-up", async () => {
  const database = await aHoneypot({ sessions: 1_500 });
  const before = await snapshotOf(database);
  const ingest = await startIngest(database, { rate: 300, addresses: newAddresses() });
  const written: number[] = [];

  const { status, lines } = await run(database.target, {
    onEvent: (event) => {
      if (event.type === "phase-started") written.push(ingest.count());
    },
  });

  const result = await ingest.stop();
  expect({ status, errors: result.errors }).toEqual({ status: "succeeded", errors: [] });
  expect(written.at(-1)).toBeGreaterThan(written[0] ?? 0);
  expect(lines).toContainEqual(expect.stringMatching(/^Catch-up: [\d,]+ open sessions$/));
  expect(await run(database.target, { kind: "catch-up" })).toMatchObject({ status: "succeeded" });
  const [counts] = await countsOf(database);
  expect(counts).toMatchObject({ open: 0 });
  expect(counts?.counted).toBe(counts?.addressed);
  await expectInvariants(database, { before, finished: true, ingest: result });
});

test("F33: ingest that writes as much during a round as the round takes keeps no run from its end", async () => {
  const database = await aHoneypot({ sessions: 500 });
  await run(database.target);
  // Ingest that comes in with the run's own lines: nothing here depends on who is faster.
  await database.query(`create function public.write_sessions() returns trigger language plpgsql as $$
    begin
      insert into public.session_summaries (session_id, first_event_at, last_event_at, event_count, source_files, enrichment)
      select pg_catalog.gen_random_uuid()::text, s.first_event_at, s.last_event_at, 1, '[]', s.enrichment
      from (select * from public.session_summaries where enrichment is not null limit 1) as s,
        pg_catalog.generate_series(1, case when new.message ~ '^Verdict' then 4000 else 1500 end);
      return null;
    end $$`);
  await database.query(`create trigger write_sessions after insert on tidemark.log_lines for each row
    when (new.message ~ '^(Verdict|Catch-up): [^i]') execute function public.write_sessions()`);

  const { status, lines } = await run(database.target, { kind: "catch-up" });
  await database.query("drop trigger write_sessions on tidemark.log_lines");

  expect(status).toBe("succeeded");
  expect(lines).toContainEqual(expect.stringMatching(/^Catch-up: ingest writes about 1,500 sessions during a round/));
  expect(await run(database.target, { kind: "catch-up" })).toMatchObject({ status: "succeeded" });
  const [counts] = await countsOf(database);
  // The third round finds as many as the second, and is the last.
  expect(counts).toMatchObject({ sessions: 500 + 4_000 + 3 * 1_500, open: 0 });
  expect(counts?.counted).toBe(counts?.addressed);
});

test.each(["Phase 2", "Verdict"])(
  "F34: a document that changes after its session was swept, at %s, leaves the snapshot as it was",
  async (when) => {
    const database = await aCowrieDatabase({ sessions });
    const newer = { dshield: { ip: { number: "198.51.100.9", as: 64999, ascountry: "NL" } } };
    const snapshot = () =>
      database.query(`select source_ip, snapshot_asn, snapshot_country, enrichment #>> '{dshield,ip,as}' as document
        from public.session_summaries where session_id = 's0'`);

    const { status } = await run(database.target, {
      onEvent: at(
        when,
        () =>
          void database.query(
            "update public.session_summaries set enrichment = $1, updated_at = clock_timestamp() where session_id = 's0'",
            [newer],
          ),
      ),
    });
    expect(status).toBe("succeeded");
    expect(await run(database.target, { kind: "catch-up" })).toMatchObject({ status: "succeeded" });

    expect(await snapshot()).toEqual([
      { source_ip: "203.0.113.0", snapshot_asn: 64500, snapshot_country: "SE", document: "64999" },
    ]);
    expect((await readStatus(database.target)).verdict).toBe("migrated");
  },
);

test("F35: writers of v15, with and without column names, and of v17 never fail while a run comes and goes", async () => {
  const database = await aHoneypot({ sessions: 600 });
  withSettings({ TIDEMARK_LOCK_PATIENCE_MS: 10_000 });
  const [v15, positional, v17] = await Promise.all([
    startIngest(database, { columns: "v15", rate: 60 }),
    startIngest(database, { columns: "positional", rate: 60 }),
    startIngest(database, { columns: "v17", rate: 60, addresses: newAddresses() }),
  ]);

  expect(await run(database.target)).toMatchObject({ status: "succeeded" });
  expect(await run(database.target, { kind: "catch-up" })).toMatchObject({ status: "succeeded" });
  // The application's next version is never taken back to v15 under its feet: 17 is not reset.
  expect((await v17.stop()).errors).toEqual([]);
  expect(await reset(database.target)).toMatchObject({ status: "succeeded", error: null });

  for (const ingest of [v15, positional]) {
    const { errors, acknowledged } = await ingest.stop();
    expect(errors).toEqual([]);
    const kept = await database.query("select from public.session_summaries where session_id = any($1)", [
      [...acknowledged.keys()],
    ]);
    expect(kept).toHaveLength(acknowledged.size);
  }
});

test("F36: new addresses while a foreign key is live but not validated fail no writer and no run", async () => {
  const database = await aHoneypot({ sessions: 600 });
  await run(database.target);
  await database.query(`alter table public.session_summaries drop constraint fk_session_source_ip,
    add constraint fk_session_source_ip foreign key (source_ip) references public.ip_inventory not valid`);
  const [v15, v17] = await Promise.all([
    startIngest(database, { columns: "v15", rate: 100, addresses: newAddresses() }),
    startIngest(database, { columns: "v17", rate: 100, addresses: newAddresses() }),
  ]);

  const first = await run(database.target, { kind: "catch-up" });
  const second = await run(database.target);
  const written = [await v15.stop(), await v17.stop()];
  const last = await run(database.target, { kind: "catch-up" });

  expect([first, second, last].map(({ status, error }) => ({ status, error }))).toEqual(
    Array(3).fill({ status: "succeeded", error: null }),
  );
  expect(written.flatMap(({ errors }) => errors)).toEqual([]);
  const [counts] = await countsOf(database);
  expect(counts).toMatchObject({ open: 0 });
  expect(counts?.counted).toBe(counts?.addressed);
  expect((await readStatus(database.target)).verdict).toBe("migrated");
});
