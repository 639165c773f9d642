import { describe, expect, test } from "vitest";
import { type Status, status as statusShape } from "@/lib/contract";
import { findingsOf, inspect, toStatus } from "@/lib/inspection/inspection";
import type { Measures } from "@/lib/inspection/measures";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { aDeclaredDatabase, recordVersion } from "@/lib/testing/declared-database";

async function read(database: TestDatabase, measures: Measures | null = null): Promise<Status> {
  const inspection = await inspect(await database.client(), database.target.schema);
  return statusShape.parse(toStatus(inspection, measures, null));
}

/** Inserts `count` sessions, of which `open` are not swept where that can be told. */
async function insertMany(database: TestDatabase, count: number, open?: number): Promise<void> {
  await database.query(
    `insert into public.session_summaries (session_id) select 'session-' || n from generate_series(1, $1::int) as n`,
    [count],
  );
  if (open !== undefined) {
    await database.query(
      `update public.session_summaries set enrichment_at = now() where split_part(session_id, '-', 2)::int > $1`,
      [open],
    );
  }
}

const swept = (total: number, open = 0): Measures => ({
  sessionsTotal: total,
  sessionsOpen: open,
  lastHourTotal: 0,
  lastHourOpen: 0,
  distinctAsns: 3,
  asnsWithRow: 3,
  distinctIps: 5,
  ipsWithRow: 5,
  measuredAt: "2026-01-01T00:00:00.000Z",
  exact: true,
});

const states = (status: Status) => status.phases.map((phase) => phase.state).join(" ");
const openRows = (status: Status) => status.findings.find((finding) => finding.kind === "open-rows");
const PENDING = "pending pending pending pending pending";
const COMPLETE = "complete complete complete complete complete";

describe("a clean v15 database", () => {
  test("is ready: five pending phases, everything missing said once and as information", async () => {
    const database = await aCowrieDatabase();
    await insertMany(database, 40);
    const status = await read(database);

    expect(status).toMatchObject({
      version: { recorded: "15", observed: "v15", target: 16 },
      verdict: "ready",
      message: null,
      activeRun: null,
    });
    expect(states(status)).toBe(PENDING);
    expect(status.phases[0]).toMatchObject({
      number: 1,
      id: "source-ip",
      title: "Source IP",
      objects: { done: 0, total: 6 },
      rows: { done: 0, total: 40, exact: false, measuredAt: null },
    });
    expect(status.phases.map((phase) => phase.objects)).toMatchObject([
      { done: 0, total: 6 },
      { done: 0, total: 20 },
      { done: 0 },
      { done: 0, total: 5 },
      { done: 0, total: 2 },
    ]);
    expect(status.phases.map((phase) => phase.rows)).toMatchObject(
      [{ total: 40 }, null, null, { total: 40 }, { done: 0, total: 2 }].map(
        (rows) => rows ?? expect.toSatisfy((it) => it === null),
      ),
    );
    expect(new Set(status.findings.map((finding) => finding.severity))).toEqual(new Set(["info"]));
    expect(
      status.findings.find((finding) => finding.id === "missing-column:public.session_summaries.source_ip"),
    ).toMatchObject({
      kind: "missing-column",
      phase: "source-ip",
      declared: "character varying(45)",
      live: null,
    });
    expect(openRows(status)).toMatchObject({ id: "open-rows:public.session_summaries", phase: "source-ip" });
  });

  test("says of a missing table, in the guide's words, when it will be there", async () => {
    const status = await read(await aCowrieDatabase());
    expect(status.findings.find((finding) => finding.object === "public.ip_inventory")).toMatchObject({
      kind: "missing-table",
      message: "relation ip_inventory does not exist",
      remedy: "This is expected: it will be created in phase 3.",
    });
  });

  test("has no open sessions while it has no sessions", async () => {
    const status = await read(await aCowrieDatabase());
    expect(openRows(status)).toBeUndefined();
    expect(status.phases[0]?.rows).toEqual({ done: 0, total: 0, exact: false, measuredAt: null });
  });

  test("with naive timestamps is as ready as any other", async () => {
    const database = await aCowrieDatabase();
    await database.query(
      "alter table public.session_summaries alter first_event_at type timestamp, alter last_event_at type timestamp",
    );
    const status = await read(database);
    expect(status).toMatchObject({ verdict: "ready", version: { observed: "v15" } });
    expect(status.phases[3]).toMatchObject({ state: "pending", objects: { done: 0, total: 5 } });
    expect(status.findings.filter((finding) => finding.kind === "wrong-type")).toMatchObject([
      {
        object: "public.session_summaries.first_event_at",
        severity: "info",
        phase: "session-snapshots",
        live: "timestamp without time zone",
      },
      { object: "public.session_summaries.last_event_at", severity: "info" },
    ]);
  });

  test("of many rows is estimated from a few pages before it was ever analysed, and from statistics after", async () => {
    const database = await aCowrieDatabase();
    await insertMany(database, 20_000);
    const probed = (await read(database)).phases[0]?.rows?.total ?? 0;
    expect(Math.abs(probed - 20_000)).toBeLessThan(2_000);
    await database.query("analyze public.session_summaries");
    expect((await read(database)).phases[0]?.rows).toEqual({ done: 0, total: 20_000, exact: false, measuredAt: null });
  });
});

describe("a whole v16 database", () => {
  test("is migrated, every object done", async () => {
    const status = await read(await aDeclaredDatabase(), swept(0));
    expect(status).toMatchObject({ verdict: "migrated", version: { recorded: "16", observed: "v16" }, findings: [] });
    expect(states(status)).toBe(COMPLETE);
    for (const phase of status.phases) expect(phase.objects.done).toBe(phase.objects.total);
    expect(status.phases.map((phase) => phase.rows)).toEqual([
      { done: 0, total: 0, exact: true, measuredAt: "2026-01-01T00:00:00.000Z" },
      { done: 3, total: 3, exact: true, measuredAt: "2026-01-01T00:00:00.000Z" },
      { done: 5, total: 5, exact: true, measuredAt: "2026-01-01T00:00:00.000Z" },
      { done: 0, total: 0, exact: true, measuredAt: "2026-01-01T00:00:00.000Z" },
      { done: 2, total: 2, exact: true, measuredAt: null },
    ]);
  });

  test("with 17 recorded is migrated too", async () => {
    const database = await aDeclaredDatabase();
    await recordVersion(database, "17");
    await database.query("alter table public.session_summaries add column ssh_key_fingerprint text");
    const status = await read(database, swept(0));
    expect(status).toMatchObject({ verdict: "migrated", version: { recorded: "17", observed: "v16" } });
    expect(status.findings).toMatchObject([{ kind: "extra-object", severity: "info", phase: null }]);
  });

  test("with 15 recorded is partial: a run completes it", async () => {
    const database = await aDeclaredDatabase();
    await recordVersion(database, "15");
    const status = await read(database, swept(0));
    expect(status).toMatchObject({ verdict: "partial", version: { recorded: "15", observed: "v16" } });
    expect(states(status)).toBe(COMPLETE);
    expect(status.findings).toMatchObject([
      { id: "wrong-version:public.schema_state", severity: "info", declared: "16", live: "15" },
    ]);
  });

  test("in which one index is missing has drifted", async () => {
    const database = await aDeclaredDatabase();
    await database.query("drop index public.idx_asn_type");
    const status = await read(database, swept(0));
    expect(status).toMatchObject({ verdict: "drifted", version: { observed: "partial" } });
    expect(states(status)).toBe("complete partial complete complete complete");
    expect(status.phases[1]).toMatchObject({
      objects: { done: 19, total: 20 },
      findings: ["missing-index:public.idx_asn_type"],
    });
    expect(status.findings).toMatchObject([{ kind: "missing-index", severity: "error", phase: "asn-inventory" }]);
  });

  test("in which a foreign key is NOT VALID has drifted", async () => {
    const database = await aDeclaredDatabase();
    await database.query("alter table public.session_summaries drop constraint fk_session_source_ip");
    await database.query(
      "alter table public.session_summaries add constraint fk_session_source_ip foreign key (source_ip) references public.ip_inventory not valid",
    );
    const status = await read(database, swept(0));
    expect(status.phases[4]).toMatchObject({
      state: "partial",
      objects: { done: 1, total: 2 },
      rows: { done: 1, total: 2 },
    });
    expect(status.verdict).toBe("drifted");
  });
});

describe("16 recorded", () => {
  test("over a clean v15 is a wrong version: everything missing is an error", async () => {
    const database = await aCowrieDatabase();
    await recordVersion(database, "16");
    const status = await read(database);
    expect(status).toMatchObject({ verdict: "drifted", version: { recorded: "16", observed: "v15" } });
    expect(states(status)).toBe(PENDING);
    expect(status.findings.at(-1)).toMatchObject({
      id: "wrong-version:public.schema_state",
      severity: "error",
      declared: "15",
      live: "16",
      message: expect.stringContaining("schema version is still v16 after cleanup"),
    });
    expect(status.findings.every((finding) => finding.severity === "error")).toBe(true);
  });

  test("over snapshots that were never filled is drift, by statistics or without any", async () => {
    const database = await aDeclaredDatabase();
    await insertMany(database, 200);
    const expected = { verdict: "drifted", version: { observed: "partial" } };
    expect(await read(database)).toMatchObject(expected);
    await database.query("analyze public.session_summaries");
    const status = await read(database);
    expect(status).toMatchObject(expected);
    expect(openRows(status)).toMatchObject({
      severity: "error",
      live: "200 of 200 open, estimated",
      message: "No session has been swept yet, by estimate.",
    });
    // Phase 4 closes what phase 1 sweeps.
    expect(states(status)).toBe("partial complete complete partial complete");
  });

  test("counts open sessions by the last exact measure before any statistics", async () => {
    const database = await aDeclaredDatabase();
    await insertMany(database, 200);
    await database.query("analyze public.session_summaries");
    expect(await read(database, swept(200))).toMatchObject({ verdict: "migrated", findings: [] });
  });

  test.each([
    { open: 10, severity: "info", verdict: "migrated" },
    { open: 20, severity: "info", verdict: "migrated" },
    { open: 21, severity: "error", verdict: "drifted" },
  ])("with $open of 200 sessions open has them as $severity", async ({ open, severity, verdict }) => {
    const database = await aDeclaredDatabase();
    await insertMany(database, 200, open);
    await database.query("analyze public.session_summaries");
    for (const measures of [null, swept(200, open)]) {
      const status = await read(database, measures);
      expect(status.verdict).toBe(verdict);
      expect(openRows(status)?.severity).toBe(severity);
      expect(status.version.observed).toBe(severity === "error" ? "partial" : "v16");
    }
  });

  test("warns when more than 5 % of the last hour's sessions are open", async () => {
    const database = await aDeclaredDatabase();
    const hour = (open: number) => ({ ...swept(1_000, open), lastHourTotal: 100, lastHourOpen: open });
    expect(openRows(await read(database, hour(5)))?.severity).toBe("info");
    const status = await read(database, hour(6));
    expect(openRows(status)?.severity).toBe("warning");
    expect(status).toMatchObject({ verdict: "migrated", version: { observed: "v16" } });
  });
});

describe("15 recorded", () => {
  test("with the first phase begun is partial, and what that phase lacks is an error", async () => {
    const database = await aCowrieDatabase();
    await insertMany(database, 10);
    await database.query("alter table public.session_summaries add column source_ip varchar(45)");
    const status = await read(database);
    expect(status).toMatchObject({ verdict: "partial", version: { observed: "partial" } });
    expect(states(status)).toBe("partial pending pending pending pending");
    expect(status.phases[0]?.objects).toEqual({ done: 1, total: 6 });
    expect(status.phases[2]?.rows).toEqual({ done: 0, total: 0, exact: false, measuredAt: null });
    expect(openRows(status)?.severity).toBe("error");
    for (const finding of status.findings) {
      expect(finding.severity, finding.id).toBe(finding.phase === "source-ip" ? "error" : "info");
    }
  });

  test("with an inventory of the application's ORM is partial, in the guide's words", async () => {
    const database = await aCowrieDatabase();
    await database.query(
      "create table public.ip_inventory (ip_address varchar(45) primary key, geo_country varchar(2))",
    );
    const status = await read(database);
    expect(status).toMatchObject({ verdict: "partial", version: { observed: "partial" } });
    expect(states(status)).toBe("pending pending partial pending pending");
    expect(status.findings.find((finding) => finding.kind === "not-generated")).toMatchObject({
      object: "public.ip_inventory.geo_country",
      severity: "error",
      live: "character varying(2)",
      message: expect.stringContaining("Incomplete ip_inventory schema detected. Drop table and re-run migration."),
      remedy: expect.stringContaining("GENERATED columns"),
    });
  });

  test("with a leftover function alone is not v15", async () => {
    const database = await aCowrieDatabase();
    await database.query(
      "create function public.tidemark_is_bogon(jsonb, text) returns boolean language sql as 'select false'",
    );
    expect((await read(database)).version.observed).toBe("partial");
  });
});

test("a verdict asks for the findings as if 16 were recorded", async () => {
  const database = await aDeclaredDatabase();
  await recordVersion(database, "15");
  await insertMany(database, 100, 5);
  const inspection = await inspect(await database.client(), "public");
  expect(findingsOf(inspection, swept(100, 5))).toMatchObject([{ kind: "open-rows", severity: "error" }]);
  expect(findingsOf(inspection, swept(100, 5), 16)).toMatchObject([{ kind: "open-rows", severity: "info" }]);
});

test("exactly measured rows that are not done keep a phase partial", async () => {
  const database = await aDeclaredDatabase();
  const status = await read(database, { ...swept(100), ipsWithRow: 4 });
  expect(states(status)).toBe("complete complete partial complete complete");
});

test("how many keys there have to be is unknown until session_summaries was analysed, whatever the inventory holds", async () => {
  const database = await aDeclaredDatabase();
  await insertMany(database, 100, 0);
  await database.query(
    `insert into public.ip_inventory (ip_address, first_seen, last_seen)
     select '198.51.100.' || n, now(), now() from generate_series(1, 20) as n`,
  );
  await database.query("analyze public.ip_inventory");
  expect((await read(database)).phases[2]?.rows).toBeNull();

  await database.query("update public.session_summaries set source_ip = '198.51.100.1'");
  await database.query("analyze public.session_summaries");
  expect((await read(database)).phases[2]?.rows).toEqual({ done: 1, total: 1, exact: false, measuredAt: null });
});

test("measures of a migration say nothing about the objects that a reset has dropped", async () => {
  const status = await read(await aCowrieDatabase(), swept(100));
  expect(states(status)).toBe(PENDING);
  expect(status.phases.map((phase) => phase.rows?.done ?? null)).toEqual([0, null, null, 0, 0]);
});

describe("dependents", () => {
  test("are told with what they use: information, or a warning where a reset would take them", async () => {
    const database = await aDeclaredDatabase();
    await database.query("create schema reporting");
    await database.query(
      "create view reporting.risky as select session_id from public.session_summaries where risk_score > 5",
    );
    await database.query(
      "create view reporting.by_country as select geo_country, count(*) from public.ip_inventory group by 1",
    );
    await database.query("create materialized view reporting.top as select * from reporting.by_country");
    await database.query(
      "create table reporting.notes (ip varchar(45) references public.ip_inventory (ip_address), note text)",
    );
    await database.query(
      "create function reporting.latest() returns setof public.asn_inventory language sql as 'select * from public.asn_inventory'",
    );
    const inspection = await inspect(await database.client(), "public");
    const found = toStatus(inspection, swept(0), null).findings.map(({ kind, object, severity, live }) => ({
      kind,
      object,
      severity,
      live,
    }));

    expect(found).toEqual([
      {
        kind: "dependent-object",
        object: "reporting.by_country",
        severity: "warning",
        live: "view on public.ip_inventory (geo_country)",
      },
      {
        kind: "dependent-object",
        object: "reporting.latest()",
        severity: "warning",
        live: "function on public.asn_inventory",
      },
      {
        kind: "dependent-object",
        object: "reporting.notes.notes_ip_fkey",
        severity: "warning",
        live: "foreign key on public.ip_inventory (ip_address)",
      },
      {
        kind: "dependent-object",
        object: "reporting.risky",
        severity: "info",
        live: "view on public.session_summaries (risk_score, session_id)",
      },
      {
        kind: "dependent-object",
        object: "reporting.top",
        severity: "warning",
        live: "materialized view on public.ip_inventory (geo_country)",
      },
    ]);
    expect(inspection.dependents.find(({ object }) => object === "reporting.risky")?.definition).toMatch(/SELECT/);
  });

  test("that use a naive timestamp are in the way of its retype, and of nothing once it is done", async () => {
    const database = await aCowrieDatabase();
    await database.query("alter table public.session_summaries alter first_event_at type timestamp");
    await database.query("create view public.first_events as select min(first_event_at) from public.session_summaries");
    const before = await read(database);
    expect(before.findings.find((finding) => finding.object === "public.first_events")).toMatchObject({
      severity: "error",
      phase: null,
    });
    expect(before.verdict).toBe("ready");

    await database.query("drop view public.first_events");
    await database.query("alter table public.session_summaries alter first_event_at type timestamptz");
    await database.query("create view public.first_events as select min(first_event_at) from public.session_summaries");
    const after = await read(database);
    expect(after.findings.find((finding) => finding.object === "public.first_events")).toMatchObject({
      severity: "info",
    });
  });
});

test("finding ids are unique, and are kind and object", async () => {
  const database = await aCowrieDatabase();
  await database.query("create table public.asn_inventory (asn_number serial primary key, rir_registry text)");
  await database.query(
    "create view public.v as select * from public.asn_inventory join public.session_summaries on true",
  );
  const { findings } = await read(database);
  expect(new Set(findings.map((finding) => finding.id)).size).toBe(findings.length);
  for (const finding of findings) expect(finding.id).toBe(`${finding.kind}:${finding.object}`);
});
