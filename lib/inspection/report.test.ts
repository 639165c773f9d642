import { expect, test } from "vitest";
import { schemaReport } from "@/lib/contract";
import { inspect } from "@/lib/inspection/inspection";
import { toSchemaReport } from "@/lib/inspection/report";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { aDeclaredDatabase } from "@/lib/testing/declared-database";

async function read(database: TestDatabase) {
  const report = schemaReport.parse(toSchemaReport(await inspect(await database.client(), "public")));
  const table = (name: string) => report.tables.find((it) => it.name === name);
  return {
    report,
    table,
    column: (of: string, name: string) => table(of)?.columns.find((it) => it.name === name),
    index: (name: string) => report.indexes.find((it) => it.name === name),
    constraint: (name: string) => report.constraints.find((it) => it.name === name),
  };
}

test("a v15 database shows what it has and what is planned", async () => {
  const { report, table, column, index, constraint } = await read(await aCowrieDatabase());

  expect(report.tables.map(({ name, tier, exists }) => `${name} ${tier} ${exists}`)).toEqual([
    "session_summaries 3 true",
    "raw_events null true",
    "schema_state null true",
    "asn_inventory 1 false",
    "ip_inventory 2 false",
    "ip_asn_history null false",
  ]);
  expect(column("session_summaries", "risk_score")).toMatchObject({
    state: "v15",
    declared: "integer",
    live: "integer",
  });
  expect(column("session_summaries", "source_ip")).toMatchObject({ state: "planned", live: null });
  expect(column("ip_inventory", "geo_country")).toMatchObject({ state: "planned", isGenerated: true });
  expect(table("raw_events")?.columns.every((it) => it.state === "v15")).toBe(true);
  expect(index("ix_session_summaries_flags")?.state).toBe("v15");
  expect(index("idx_session_source_ip")?.state).toBe("planned");
  expect(index("idx_ip_geo_country")?.state).toBe("planned");
  expect(constraint("fk_session_source_ip")?.state).toBe("planned");
  // Phase 3 makes the table, and phase 5 adds its key.
  expect(column("ip_inventory", "current_asn")?.remedy).toBe("Phase 3 will add it.");
  expect(constraint("ip_inventory_pkey")?.remedy).toBe("Phase 3 will add it.");
  expect(constraint("fk_ip_current_asn")).toMatchObject({ state: "planned", remedy: "Phase 5 will add it." });
  expect(constraint("session_summaries_pkey")?.state).toBe("v15");
  expect(new Set(report.functions.map((it) => it.state))).toEqual(new Set(["planned"]));
});

test("a v16 database shows everything as declared", async () => {
  const { report } = await read(await aDeclaredDatabase());
  const states = [
    ...report.tables.flatMap((table) => table.columns.map((column) => column.state)),
    ...[...report.indexes, ...report.constraints, ...report.functions].map((object) => object.state),
  ];
  expect(new Set(states)).toEqual(new Set(["v15", "as-declared"]));
});

test("a database that went wrong shows each object's state with a remedy", async () => {
  const database = await aDeclaredDatabase();
  for (const sql of [
    "alter table public.ip_inventory alter column ip_types drop expression",
    "alter table public.asn_inventory drop column registry",
    "alter table public.asn_inventory add column rir_registry text",
    "alter table public.asn_inventory rename constraint asn_inventory_pkey to pk_of_the_orm",
    "update pg_index set indisvalid = false where indexrelid = 'public.idx_ip_geo_country'::regclass",
    "drop index public.idx_asn_type",
    "alter table public.session_summaries drop constraint fk_session_source_ip",
    "alter table public.session_summaries add constraint fk_session_source_ip foreign key (source_ip) references public.ip_inventory not valid",
    "alter function public.tidemark_is_bogon(jsonb, text) stable",
    "create view public.dashboards as select geo_country from public.ip_inventory",
  ]) {
    await database.query(sql);
  }
  const { report, column, index, constraint } = await read(database);

  expect(column("ip_inventory", "ip_types")).toMatchObject({ state: "different", live: "text[]", isGenerated: true });
  expect(column("ip_inventory", "ip_types")?.remedy).toMatch(/GENERATED/);
  expect(column("asn_inventory", "registry")).toMatchObject({ state: "missing", live: null });
  expect(column("asn_inventory", "rir_registry")).toMatchObject({ state: "extra", declared: null });
  expect(index("idx_ip_geo_country")?.state).toBe("invalid");
  expect(index("idx_asn_type")?.state).toBe("missing");
  expect(constraint("asn_inventory_pkey")).toMatchObject({ state: "as-declared", live: "PRIMARY KEY (asn_number)" });
  expect(constraint("pk_of_the_orm")).toBeUndefined();
  expect(constraint("fk_session_source_ip")).toMatchObject({
    state: "not-validated",
    live: expect.stringMatching(/ NOT VALID$/),
  });
  expect(report.functions.find((it) => it.name === "tidemark_is_bogon")?.state).toBe("different");
  expect(report.dependents).toMatchObject([
    {
      kind: "view",
      object: "public.dashboards",
      on: "public.ip_inventory",
      definition: expect.stringMatching(/geo_country/),
    },
  ]);
});
