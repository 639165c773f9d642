import { expect, onTestFinished, test, vi } from "vitest";
import { readPlan, readStatus } from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase, type TestSession } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { type Place, runUntilKilled } from "@/lib/testing/failpoint-runs";
import { resumed } from "@/lib/testing/faults/resumed";
import { run } from "@/lib/testing/running";

const sessions: TestSession[] = Array.from({ length: 30 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: {
    dshield: { ip: { number: `203.0.113.${index % 5}`, as: 64500 + (index % 2), ascountry: "SE" } },
    spur: { client: { types: ["VPN"] } },
  },
}));

const SNAPSHOTS =
  "select session_id, source_ip, snapshot_asn, snapshot_country, snapshot_ip_types, enrichment_at from public.session_summaries order by 1";

async function expectSound(database: TestDatabase): Promise<void> {
  const { findings, verdict } = await readStatus(database.target);
  expect(findings.filter(({ kind }) => kind !== "extra-object").map(({ id }) => id)).toEqual([]);
  expect(verdict).toBe("migrated");
  expect((await readPlan(database.target)).steps).toEqual([]);
  expect(
    await database.query(
      `select attname::text from pg_attribute where attrelid = 'public.session_summaries'::regclass
       and attnum > 0 and not attisdropped and (attname like '%\\_replaced' or attname like 'tidemark%')`,
    ),
  ).toEqual([]);
}

const retype = (column: string, type: string, using = `${column}::${type}`) =>
  `alter table public.session_summaries alter ${column} type ${type} using ${using}`;

const WITHOUT_KEY = "alter table public.session_summaries drop constraint fk_session_source_ip";
const WITHOUT_CHECK = "alter table public.session_summaries drop constraint snapshot_country_iso";

test.each<[string, string[]]>([
  ["snapshot_asn bigint", [retype("snapshot_asn", "bigint")]],
  ["snapshot_asn text, as AS64500", [retype("snapshot_asn", "text", "'AS' || snapshot_asn")]],
  ["source_ip inet", [WITHOUT_KEY, retype("source_ip", "inet")]],
  ["source_ip varchar(15)", [retype("source_ip", "varchar(15)")]],
  ["source_ip text, its key live", [retype("source_ip", "text")]],
  ["snapshot_ip_types text", [retype("snapshot_ip_types", "text")]],
  ["snapshot_ip_types jsonb", [retype("snapshot_ip_types", "jsonb", "to_jsonb(snapshot_ip_types)")]],
  ["snapshot_country char(2), its check live", [retype("snapshot_country", "char(2)")]],
  [
    "snapshot_country text in lower case",
    [WITHOUT_CHECK, retype("snapshot_country", "text", "lower(snapshot_country)")],
  ],
  ["snapshot_country in lower case", [WITHOUT_CHECK, "update public.session_summaries set snapshot_country = 'se'"]],
  ["enrichment_at timestamp", [retype("enrichment_at", "timestamp", "enrichment_at at time zone 'UTC'")]],
  [
    "enrichment_at text",
    [retype("enrichment_at", "text", `to_char(enrichment_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`)],
  ],
  ["enrichment_at NOT NULL", ["alter table public.session_summaries alter enrichment_at set not null"]],
  ["snapshot_asn with a default", ["alter table public.session_summaries alter snapshot_asn set default 0"]],
  ["a column missing after the sweep", ["alter table public.session_summaries drop column snapshot_asn"]],
  [
    "two columns missing",
    ["alter table public.session_summaries drop column snapshot_country, drop column snapshot_ip_types"],
  ],
  [
    "all of another type",
    [WITHOUT_KEY, retype("source_ip", "inet"), retype("snapshot_asn", "bigint"), retype("snapshot_ip_types", "text")],
  ],
])("F44: %s ends with the declared columns and every value, no row rewritten by DDL", async (_what, statements) => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  const before = await database.query(SNAPSHOTS);
  for (const statement of statements) await database.query(statement);
  const node = "select pg_relation_filenode('public.session_summaries') as node";
  const file = await database.query(node);

  expect((await run(database.target)).error).toBeNull();

  expect(await database.query(SNAPSHOTS)).toEqual(before);
  expect(await database.query(node)).toEqual(file);
  await expectSound(database);
});

test("F44: a value that the declared column cannot hold is set aside, one that only it has is kept", async () => {
  const database = await aCowrieDatabase({ sessions });
  await database.query("insert into public.session_summaries (session_id, enrichment) values ('bare', '{}')");
  await run(database.target);
  await database.query(retype("snapshot_asn", "bigint"));
  await database.query("update public.session_summaries set snapshot_asn = 4294967294 where session_id = 'bare'");
  await database.query("update public.session_summaries set snapshot_asn = 64999 where session_id = 's2'");
  await database.query("create index ix_of_others on public.session_summaries (snapshot_asn, session_id)");

  expect((await run(database.target)).error).toBeNull();

  expect(
    await database.query(
      "select session_id, snapshot_asn from public.session_summaries where session_id in ('bare', 's2') order by 1",
    ),
  ).toEqual([
    { session_id: "bare", snapshot_asn: null },
    { session_id: "s2", snapshot_asn: 64999 },
  ]);
  expect(
    await database.query("select key, field, reason, value from tidemark.set_aside where field = 'snapshot_asn'"),
  ).toEqual([{ key: "bare", field: "snapshot_asn", reason: "asn-out-of-range", value: "4294967294" }]);
  expect(await database.query("select pg_get_indexdef('public.ix_of_others'::regclass) as definition")).toEqual([
    { definition: "CREATE INDEX ix_of_others ON public.session_summaries USING btree (snapshot_asn, session_id)" },
  ]);
  await expectSound(database);
});

test.each(["batch-open", "transaction-done", "batch-done"])(
  "F44: a repair that dies at %s is shown as unfinished, and the next run finishes it",
  async (failpoint) => {
    const database = await aCowrieDatabase({ sessions });
    await run(database.target);
    const before = await database.query(SNAPSHOTS);
    await database.query(retype("snapshot_asn", "bigint"));
    await database.query(retype("snapshot_ip_types", "text"));
    vi.stubEnv("TIDEMARK_FAILPOINT", `${failpoint}:fail`);
    onTestFinished(() => void vi.unstubAllEnvs());

    expect((await run(database.target)).status).not.toBe("succeeded");
    vi.unstubAllEnvs();
    expect(await readStatus(database.target)).toMatchObject({ verdict: "drifted" });

    expect((await run(database.target)).error).toBeNull();
    expect(await database.query(SNAPSHOTS)).toEqual(before);
    await expectSound(database);
  },
);

test("F44: ingest writes while columns are repaired, and every session of it is swept", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query(retype("snapshot_asn", "bigint"));
  await database.query("alter table public.session_summaries alter snapshot_asn set not null");
  const writer = await database.client();
  const writes: Promise<unknown>[] = [];

  const { error } = await run(database.target, {
    onEvent: (event) => {
      if (event.type !== "log" || !event.message.includes("Added snapshot_asn")) return;
      const document = { dshield: { ip: { number: "198.51.100.9", as: 64700 } } };
      writes.push(
        writer.query("insert into public.session_summaries (session_id, enrichment) values ('live', $1)", [document]),
        writer.query("update public.session_summaries set event_count = 5, updated_at = now() where session_id = 's3'"),
      );
    },
  });
  await Promise.all(writes);

  expect(error).toBeNull();
  expect(writes).toHaveLength(2);
  expect(
    await database.query(
      "select session_id, snapshot_asn from public.session_summaries where session_id in ('live', 's3') order by 1",
    ),
  ).toEqual([
    { session_id: "live", snapshot_asn: 64700 },
    { session_id: "s3", snapshot_asn: 64501 },
  ]);
  await expectSound(database);
});

/** What an operator may have on a column of another type, and could have on one of the declared type as well. */
const OBJECTS_OF_OTHERS = `
  alter table public.session_summaries
    add constraint real_asn check (snapshot_asn > 0 or risk_score is null),
    add constraint small_asn check (snapshot_asn < 100000) not valid,
    add constraint "asn once" unique (session_id, snapshot_asn) deferrable initially deferred,
    add constraint fk_asn foreign key (snapshot_asn) references public.asn_inventory (asn_number) on delete set null;
  create unique index "ux Asn" on public.session_summaries (snapshot_asn desc, session_id) where snapshot_asn is not null`;

const objectsOfOthers = ({ query }: TestDatabase) =>
  query(
    `select conname::text as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where conrelid = 'public.session_summaries'::regclass and contype <> 'n'
     union all
     select indexname, indexdef from pg_indexes where tablename = 'session_summaries' order by 1, 2`,
  );

test.each<Place | null>([null, "transaction-done", "batch-done", "statement-done@2", "transaction-done@4"])(
  "F44: constraints and indexes of others on a column that is replaced are made again (killed at %s)",
  async (place) => {
    const database = await aCowrieDatabase({ sessions });
    await run(database.target);
    await database.query(retype("snapshot_asn", "bigint"));
    await database.query(OBJECTS_OF_OTHERS);
    const before = await objectsOfOthers(database);
    expect(before.filter(({ definition }) => String(definition).includes("snapshot_asn"))).toHaveLength(7);

    if (place !== null) {
      const dead = await runUntilKilled(database.target, place);
      expect(dead, dead.stderr).toMatchObject({ isKilled: true });
      expect(await resumed(database.target)).toMatchObject({ status: "succeeded", error: null });
    } else {
      expect((await run(database.target)).error).toBeNull();
    }

    expect(await objectsOfOthers(database)).toEqual(before);
    const { verdict } = await readStatus(database.target);
    expect(verdict).toBe("migrated");
    expect((await readPlan(database.target)).steps).toEqual([]);
  },
);

test.each([
  ["constraint", "check (snapshot_asn is not null)", retype("snapshot_asn", "bigint")],
  ["constraint", "check (pg_catalog.family(source_ip) = 4)", `${WITHOUT_KEY}; ${retype("source_ip", "inet")}`],
  ["index", "using gist (source_ip inet_ops)", `${WITHOUT_KEY}; ${retype("source_ip", "inet")}`],
  [
    "index",
    "using gin (snapshot_ip_types jsonb_path_ops)",
    retype("snapshot_ip_types", "jsonb", "to_jsonb(snapshot_ip_types)"),
  ],
])(
  "F44: a %s of others that would not fit, %s, is refused by name with nothing touched",
  async (kind, text, statement) => {
    const database = await aCowrieDatabase({ sessions });
    await run(database.target);
    for (const sql of statement.split("; ")) await database.query(sql);
    await database.query(
      kind === "index"
        ? `create index of_others on public.session_summaries ${text}`
        : `alter table public.session_summaries add constraint of_others ${text}`,
    );
    const before = await dumpOf(database.target);

    await expect(run(database.target)).rejects.toMatchObject({
      code: "not-eligible",
      message: expect.stringContaining("of_others could not be made again"),
    });

    expect((await readStatus(database.target)).findings).toContainEqual(
      expect.objectContaining({ id: `hazard:hazard:${kind}-on-replaced-of_others`, severity: "error" }),
    );
    expect(compareDumps(before, await dumpOf(database.target))).toEqual([]);
  },
);
