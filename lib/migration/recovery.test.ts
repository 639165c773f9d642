import { expect, onTestFinished, test, vi } from "vitest";
import { readPlan, readRuns, readStatus } from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase, type TestSession } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";

const sessions: TestSession[] = Array.from({ length: 40 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: { dshield: { ip: { number: `203.0.113.${index % 5}`, as: 64500 + (index % 2), ascountry: "SE" } } },
}));

const errorsOf = async (database: TestDatabase) =>
  (await readStatus(database.target)).findings.filter((finding) => finding.severity === "error");

test.each(["the flag", "the setting"])(
  "strict by %s stops before anything is touched, in the guide's words",
  async (by) => {
    const database = await aCowrieDatabase({ sessions });
    await database.query(
      "create table public.ip_inventory (ip_address varchar(45) primary key, geo_country varchar(2), enrichment json not null)",
    );

    if (by === "the setting") {
      vi.stubEnv("TIDEMARK_ON_INCOMPLETE", "strict");
      onTestFinished(() => void vi.unstubAllEnvs());
    }

    await expect(run(database.target, { isStrict: by === "the flag" })).rejects.toMatchObject({
      code: "not-eligible",
      message: expect.stringContaining("Incomplete ip_inventory schema detected. Drop table and re-run migration."),
    });

    expect(
      await database.query(
        "select to_regnamespace('tidemark') as console, to_regclass('public.asn_inventory') as asns",
      ),
    ).toEqual([{ console: null, asns: null }]);
  },
);

test("a wrong column of session_summaries stops a strict run without a word of dropping the honeypot data", async () => {
  const database = await aCowrieDatabase();
  await database.query("alter table public.session_summaries add snapshot_asn bigint");

  await expect(run(database.target, { isStrict: true })).rejects.toMatchObject({
    code: "not-eligible",
    message:
      "Objects of v16 are there in another shape than declared. public.session_summaries.snapshot_asn: declared integer, live bigint.",
  });
});

test("strict stops at a table that lacks columns, and names them", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query("alter table public.asn_inventory drop column registry");

  await expect(run(database.target, { isStrict: true })).rejects.toMatchObject({
    message: expect.stringMatching(/Incomplete asn_inventory schema detected.*asn_inventory\.registry/),
  });
  expect((await run(database.target)).status).toBe("succeeded");
  expect(await errorsOf(database)).toEqual([]);
});

test.each([
  ["an index", "drop index public.idx_session_source_ip"],
  ["a foreign key", "alter table public.session_summaries drop constraint fk_session_source_ip"],
  ["a generated column", "alter table public.ip_inventory drop column ip_types"],
  ["a check", "alter table public.session_summaries drop constraint snapshot_country_iso"],
  ["a primary key", "alter table public.ip_inventory drop constraint ip_inventory_pkey cascade"],
  ["the history table", "drop table public.ip_asn_history"],
  ["the ASN inventory", "drop table public.asn_inventory cascade"],
  ["both inventories", "drop table public.asn_inventory, public.ip_inventory cascade"],
  ["a swept column", "alter table public.session_summaries drop column snapshot_asn"],
  [
    "validation",
    "alter table public.session_summaries drop constraint fk_session_source_ip, add constraint fk_session_source_ip foreign key (source_ip) references public.ip_inventory not valid",
  ],
])("adds %s that is missing and ends without drift", async (_what, statement) => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query(statement);
  expect(await errorsOf(database)).not.toEqual([]);

  const { status, error } = await run(database.target);

  expect({ status, error }).toEqual({ status: "succeeded", error: null });
  expect(await errorsOf(database)).toEqual([]);
  expect(await readPlan(database.target)).toEqual({ steps: [] });
});

test("an index that a cancelled build left invalid is dropped and built again", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query(
    "update pg_index set indisvalid = false where indexrelid = 'public.idx_ip_geo_country'::regclass",
  );

  const { lines } = await run(database.target);

  expect(lines).toContain("Create idx_ip_geo_country index");
  expect(await errorsOf(database)).toEqual([]);
});

test("an index build that waits too long is cleared away and tried again, and writers never wait for it", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query("drop index public.idx_session_source_ip");
  const holder = await database.client();
  await holder.query("begin; lock table public.session_summaries in share update exclusive mode");
  vi.stubEnv("TIDEMARK_INDEX_WAIT_MS", "1000");
  onTestFinished(() => void vi.unstubAllEnvs());

  const { status, lines } = await run(database.target, {
    onEvent: (event) => {
      if (event.type !== "log" || !event.message.includes("55P03")) return;
      void holder.query("rollback").catch(() => {});
    },
  });

  expect(status).toBe("succeeded");
  expect(lines.filter((line) => line.includes("55P03"))).not.toEqual([]);
  expect(await errorsOf(database)).toEqual([]);
});

test("a claimed 16 with nothing behind it is shown as drifted and made real by a run", async () => {
  const database = await aCowrieDatabase({ sessions });
  await database.query("update public.schema_state set value = '16'");
  expect(await readStatus(database.target)).toMatchObject({
    verdict: "drifted",
    version: { recorded: "16", observed: "v15" },
  });

  await run(database.target);

  expect(await readStatus(database.target)).toMatchObject({
    verdict: "migrated",
    version: { recorded: "16", observed: "v16" },
  });
});

test("a recorded 17 is worked on as 16 is, and never lowered", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query("update public.schema_state set value = '17'");
  await database.query("drop index public.idx_ip_geo_country");

  expect((await run(database.target)).status).toBe("succeeded");
  expect((await readStatus(database.target)).version).toMatchObject({ recorded: "17", observed: "v16" });
});

test("naive timestamps become timestamptz, read as UTC, without rewriting a row", async () => {
  const database = await aCowrieDatabase({ sessions });
  await database.query(
    "alter table public.session_summaries alter first_event_at type timestamp, alter last_event_at type timestamp",
  );
  await database.query("update public.session_summaries set first_event_at = '2025-03-30 02:30:00'");

  expect((await run(database.target)).status).toBe("succeeded");

  expect(await database.query("select distinct first_event_at::text as t from public.session_summaries")).toEqual([
    { t: "2025-03-30 02:30:00+00" },
  ]);
});

test("a session changed while updated_at stood still fails the run, and the version stays", async () => {
  const database = await aCowrieDatabase({ sessions });

  const { status, error } = await run(database.target, {
    onEvent: (event) => {
      if (event.type === "log" && event.message.startsWith("Phase 5")) {
        void database.query("update public.session_summaries set event_count = 99 where session_id = 's1'");
      }
    },
  });

  expect(status).toBe("failed");
  expect(error?.message).toContain("The ledger differs: 1 of 40 sampled sessions");
  expect((await readStatus(database.target)).version.recorded).toBe("15");
  expect((await readRuns(database.target))[0]).toMatchObject({ status: "failed" });
});

test("sessions that ingest writes during the run are swept before the verdict, and none is lost", async () => {
  const database = await aCowrieDatabase({ sessions });
  const writer = await database.client();
  let written = 0;
  const writes: Promise<unknown>[] = [];

  const { status } = await run(database.target, {
    onEvent: (event) => {
      if (event.type !== "log") return;
      written += 1;
      const document = { dshield: { ip: { number: `198.51.100.${written % 250}`, as: 64700 } } };
      writes.push(
        writer.query("insert into public.session_summaries (session_id, enrichment) values ($1, $2)", [
          `live-${written}`,
          document,
        ]),
      );
    },
  });
  await Promise.all(writes);
  expect(status).toBe("succeeded");
  await run(database.target, { kind: "catch-up" });

  expect(await database.query("select count(*) as n, count(source_ip) as swept from public.session_summaries")).toEqual(
    [{ n: 40 + written, swept: 40 + written }],
  );
  expect(await database.query("select sum(session_count)::int as n from public.ip_inventory")).toEqual([
    { n: 40 + written },
  ]);
});

test("new tables and functions belong to the owner of session_summaries and carry its grants", async () => {
  const database = await aCowrieDatabase({ sessions });
  const role = `app_${Date.now()}`;
  await database.query(`create role ${role}; create role ${role}_reader`);
  await database.query(
    `grant create, usage on schema public to ${role}; alter table public.session_summaries owner to ${role};
     grant select on public.session_summaries to ${role}_reader`,
  );

  try {
    expect((await run(database.target)).error).toBeNull();
    expect(
      await database.query(
        `select distinct pg_get_userbyid(relowner) as owner, has_table_privilege('${role}_reader', oid, 'select') as readable
         from pg_class where relname in ('asn_inventory', 'ip_inventory', 'ip_asn_history')`,
      ),
    ).toEqual([{ owner: role, readable: true }]);
    expect(
      await database.query(
        `select distinct pg_get_userbyid(proowner) as owner, has_function_privilege('${role}_reader', oid, 'execute') as callable
         from pg_proc where proname like 'tidemark%' and pronamespace = 'public'::regnamespace`,
      ),
    ).toEqual([{ owner: role, callable: true }]);
    expect(await errorsOf(database)).toEqual([]);
  } finally {
    await database.query(`reassign owned by ${role} to current_user; drop owned by ${role}, ${role}_reader`);
    await database.query(`drop role ${role}; drop role ${role}_reader`);
  }
});
