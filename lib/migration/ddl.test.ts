import { describe, expect, test } from "vitest";
import { withClient } from "@/lib/db/client";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { readDeclaredSchema } from "@/lib/inspection/declared";
import { missingRights } from "@/lib/inspection/drift";
import { readLiveSchema } from "@/lib/inspection/live";
import {
  addColumnsSql,
  addConstraintSql,
  createFunctionSql,
  createIndexSql,
  createTableSql,
  createV15Sql,
  dropColumnsSql,
  dropConstraintSql,
  dropFunctionSql,
  dropIndexSql,
  dropTableSql,
  grantSql,
  ownFunctionSql,
  ownTableSql,
  retypeTimestampsSql,
  setOwnerRoleSql,
  validateConstraintSql,
} from "@/lib/migration/ddl";
import { aCowrieDatabase } from "@/lib/testing/database";

const declared = readDeclaredSchema("public");

function find<T extends { name: string }>(objects: T[], name: string): T {
  const found = objects.find((it) => it.name === name);
  if (found === undefined) throw new Error(`${name} is not declared`);
  return found;
}

describe("rendered statements", () => {
  const index = find(declared.indexes, "idx_session_first_event_brin");
  const key = find(declared.constraints, "fk_session_source_ip");
  const check = find(declared.constraints, "snapshot_country_iso");
  const columns = find(declared.tables, "session_summaries").columns.filter((it) => it.name.startsWith("snapshot_"));
  const helper = find(generatedFunctions("public"), "tidemark_is_bogon");

  test.each([
    [
      createIndexSql(index),
      "create index idx_session_first_event_brin ON public.session_summaries USING brin (first_event_at)",
    ],
    [
      createIndexSql(index, { concurrently: true }),
      "create index concurrently idx_session_first_event_brin ON public.session_summaries USING brin (first_event_at)",
    ],
    [
      createIndexSql(
        { ...index, definition: "CREATE UNIQUE INDEX one ON public.t USING btree (a)" },
        { concurrently: true },
      ),
      "create unique index concurrently one ON public.t USING btree (a)",
    ],
    [
      addColumnsSql("public", "session_summaries", columns),
      `alter table public.session_summaries
  add column snapshot_asn integer,
  add column snapshot_country character varying(2),
  add column snapshot_ip_types text[]`,
    ],
    [
      addConstraintSql("public", key, { notValid: true }),
      "alter table public.session_summaries add constraint fk_session_source_ip FOREIGN KEY (source_ip) REFERENCES public.ip_inventory(ip_address) not valid",
    ],
    [
      addConstraintSql("public", check),
      "alter table public.session_summaries add constraint snapshot_country_iso CHECK (((snapshot_country IS NULL) OR ((snapshot_country)::text ~ '^[A-Z]{2}$'::text)))",
    ],
    [
      validateConstraintSql("public", key),
      "alter table public.session_summaries validate constraint fk_session_source_ip",
    ],
    [
      retypeTimestampsSql("public", "session_summaries", ["last_event_at"]),
      "alter table public.session_summaries alter column last_event_at type timestamp with time zone",
    ],
    [setOwnerRoleSql("app-owner"), 'set local role "app-owner"'],
    [ownTableSql("Odd schema", "ip_inventory", "app"), 'alter table "Odd schema".ip_inventory owner to app'],
    [ownFunctionSql("public", helper, "app"), "alter function public.tidemark_is_bogon(jsonb, text) owner to app"],
    [dropTableSql("Odd schema", "ip_inventory"), 'drop table "Odd schema".ip_inventory'],
    [
      dropColumnsSql("public", "session_summaries", ["source_ip", "Odd"]),
      'alter table public.session_summaries\n  drop column source_ip,\n  drop column "Odd"',
    ],
    [dropConstraintSql("public", key), "alter table public.session_summaries drop constraint fk_session_source_ip"],
    [dropIndexSql("public", "idx_asn_type"), "drop index public.idx_asn_type"],
    [dropIndexSql("public", "idx_asn_type", { concurrently: true }), "drop index concurrently public.idx_asn_type"],
    [dropFunctionSql("public", helper), "drop function public.tidemark_is_bogon(jsonb, text)"],
  ])("%#: %s", (rendered, expected) => {
    expect(rendered).toBe(expected);
  });

  test("a function is executable by everybody, whatever the default privileges are", () => {
    expect(createFunctionSql("public", helper)).toEqual([
      helper.createSql,
      "grant execute on function public.tidemark_is_bogon(jsonb, text) to public",
    ]);
  });

  test("grants are one statement a grantee, quoted names and grant options kept", () => {
    expect(
      grantSql("public", "ip_inventory", ["PUBLIC=SELECT", "app=INSERT", "app=SELECT", "app=UPDATE*", '"a=b"=SELECT']),
    ).toEqual([
      "grant select on table public.ip_inventory to PUBLIC",
      "grant insert, select on table public.ip_inventory to app",
      "grant update on table public.ip_inventory to app with grant option",
      'grant select on table public.ip_inventory to "a=b"',
    ]);
    expect(grantSql("public", "ip_inventory", [])).toEqual([]);
  });

  test("a table is made with its keys and checks, foreign keys left for later", () => {
    const sql = createTableSql("public", find(declared.tables, "ip_inventory"), declared.constraints);
    expect(sql).toContain("geo_country character varying(2) generated always as (public.tidemark_geo_country(");
    expect(sql).toContain("constraint ip_inventory_pkey PRIMARY KEY (ip_address)");
    expect(sql).toContain("enrichment jsonb default '{}'::jsonb not null");
    expect(sql).not.toContain("FOREIGN KEY");
    expect(sql).not.toContain("asn_inventory_pkey");
  });

  test("v15 is made with documents as json or jsonb, and says 15", () => {
    const sql = createV15Sql("public", { enrichmentType: "jsonb" });
    expect(sql.join(";\n")).toContain("enrichment jsonb,");
    expect(sql.at(-1)).toBe("insert into public.schema_state (key, value) values ('schema_version', '15')");
    expect(createV15Sql("public", { enrichmentType: "json" }).join(";\n")).toContain("enrichment json,");
  });
});

test("what a member of the owner makes belongs to the owner, with the grants of session_summaries", async () => {
  const database = await aCowrieDatabase();
  const suffix = new URL(database.target.connectionString).pathname.slice(-8);
  const [owner, member, ingest] = [`ddl_owner_${suffix}`, `ddl_member_${suffix}`, `ddl_ingest_${suffix}`];
  await database.query(
    `create role ${owner}; create role ${ingest}; create role ${member} login password 'secret' in role ${owner}`,
  );
  await database.query(
    `alter table public.session_summaries owner to ${owner}; grant create on schema public to ${owner}`,
  );
  await database.query(`grant select, insert on public.session_summaries to ${ingest} with grant option`);
  await database.query(`grant select on public.session_summaries to public`);
  await database.query(`alter default privileges for role ${owner} revoke execute on functions from public`);

  const url = new URL(database.target.connectionString);
  url.username = member;
  url.password = "secret";
  const live = await withClient({ ...database.target, connectionString: url.href }, async (client) => {
    const before = await readLiveSchema(client, "public");
    const grants = find(before.tables, "session_summaries").grants;
    await client.query("begin");
    await client.query(setOwnerRoleSql(owner));
    for (const definition of generatedFunctions("public")) {
      for (const sql of createFunctionSql("public", definition)) await client.query(sql);
    }
    for (const name of ["asn_inventory", "ip_inventory", "ip_asn_history"]) {
      await client.query(createTableSql("public", find(declared.tables, name), declared.constraints));
      for (const sql of grantSql("public", name, grants)) await client.query(sql);
    }
    await client.query("commit");
    return readLiveSchema(client, "public");
  });

  for (const name of ["asn_inventory", "ip_inventory", "ip_asn_history"]) {
    expect(find(live.tables, name)).toMatchObject({
      owner,
      grants: [`PUBLIC=SELECT`, `${ingest}=INSERT*`, `${ingest}=SELECT*`],
    });
    expect(missingRights(live, name)).toEqual({ owner: null, grants: [] });
  }
  for (const definition of live.functions) expect(definition).toMatchObject({ owner, isPublic: true });
});
