import fc from "fast-check";
import { qualify } from "@/lib/db/identifier";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { readDeclaredSchema } from "@/lib/inspection/declared";
import { OWN_TABLES, phaseOfColumn, phaseOfConstraint, phaseOfIndex } from "@/lib/inspection/ownership";
import type { TableSnapshot } from "@/lib/inspection/snapshot";
import { addConstraintSql, createIndexSql } from "@/lib/migration/ddl";
import { anOddSession } from "@/lib/testing/oracle/odd-sessions";
import {
  aDamage,
  aShape,
  columnShapes,
  constraintShapes,
  type Damage,
  functionShapes,
  indexShapes,
  type Shape,
  sessionColumnShapes,
} from "@/lib/testing/random-shapes";

/** A database at no version in particular: some of v16 in some shape, by statements of which some may be refused. */
export interface RandomState {
  enrichmentType: "json" | "jsonb";
  /** Seed of the sessions, of which there are always as many. */
  sessionSeed: number;
  /** In this order, after the helper functions; one that PostgreSQL refuses is left out, as the application does. */
  statements: string[];
}

const SESSIONS = 30;

/** Sessions of mixed layouts, odd values among them, with what an earlier attempt left in the columns. */
export function sessionsOf({ sessionSeed, enrichmentType }: RandomState) {
  return fc
    .sample(anOddSession, { numRuns: SESSIONS * 4, seed: sessionSeed })
    .filter(({ document }) => enrichmentType === "json" || document === null || isJsonb(document))
    .slice(0, SESSIONS)
    .map((session, index) => ({
      ...session,
      sessionId: `s${index}`,
      rawEvents: session.rawEvents.map((event, place) => ({ ...event, id: index * 10 + place + 1 })),
    }));
}

/** Not what JSON can say, but what jsonb refuses: such escapes, and numbers beyond its range. */
const isJsonb = (document: string) => !/\\u(0000|d[89a-f])|e[-+]?\d{4}/i.test(document);

/** Any subset of the objects of v16 in `schema`, in any of the shapes that somebody may have left. */
export function aRandomState(schema: string): fc.Arbitrary<RandomState> {
  return fc
    .tuple(fc.constantFrom("json" as const, "jsonb" as const), fc.noShrink(fc.nat(10_000)), aDamage)
    .chain(([enrichmentType, sessionSeed, damage]) =>
      statementsOf(schema, damage).map((statements) => ({ enrichmentType, sessionSeed, statements })),
    );
}

function statementsOf(schema: string, damage: Damage): fc.Arbitrary<string[]> {
  const { tables, indexes, constraints } = readDeclaredSchema(schema);
  const functions = generatedFunctions(schema);
  const firstColumn = (table: string) => tables.find(({ name }) => name === table)?.columns[0]?.name ?? "";
  const sessions = tables.find(({ name }) => name === "session_summaries");
  const added = sessions?.columns.filter(({ name }) => phaseOfColumn("session_summaries", name) === "source-ip") ?? [];
  const ours = {
    indexes: indexes.filter(isOurs),
    constraints: constraints.filter((it) => phaseOfConstraint(it) !== null),
  };
  const addSessions = `alter table ${qualify(schema, "session_summaries")} add column `;

  return fc
    .record({
      columns: fc.tuple(
        ...added.map((column) => aShape(damage, `${column.name} ${column.type}`, sessionColumnShapes(column))),
      ),
      tables: fc.tuple(...OWN_TABLES.map((name) => aTable(schema, damage, find(tables, name)))),
      checks: fc.tuple(
        ...ours.constraints
          .filter(({ kind }) => kind === "check")
          .map((it) => aShape(damage, addConstraintSql(schema, it), constraintShapes(schema, it))),
      ),
      keys: fc.tuple(
        ...ours.constraints
          .filter(({ kind }) => kind === "foreign-key")
          .map((it) => aShape(damage, addConstraintSql(schema, it), constraintShapes(schema, it))),
      ),
      indexes: fc.tuple(
        ...ours.indexes.map((it) => aShape(damage, createIndexSql(it), indexShapes(schema, it, firstColumn(it.table)))),
      ),
      functions: fc.tuple(
        ...functions.map((it) =>
          fc.oneof(
            { weight: 30, arbitrary: fc.constant<string[]>([]) },
            {
              weight: 1,
              arbitrary: fc.constantFrom([`drop function ${qualify(schema, it.name)}(${it.argumentTypes})`]),
            },
            { weight: damage.wrong > 0.1 ? 1 : 0, arbitrary: fc.constantFrom(functionShapes(it)) },
          ),
        ),
      ),
      extras: fc.subarray(extrasOf(schema), { maxLength: 3 }),
      rows: fc.subarray(rowsOf(schema)),
      presence: fc.boolean(),
      version: fc.constantFrom("15", "16", "17"),
    })
    .map((state) => [
      ...sqlOf(state.columns).map((column) => addSessions + column),
      ...state.tables.flat(),
      ...state.rows,
      ...(state.presence ? presentValues(schema) : []),
      ...sqlOf(state.checks),
      ...sqlOf(state.indexes),
      ...sqlOf(state.keys),
      ...state.extras,
      ...state.functions.flat(),
      `update ${qualify(schema, "schema_state")} set value = '${state.version}' where key = 'schema_version'`,
    ]);
}

const sqlOf = (shapes: Shape[]): string[] => shapes.flatMap(({ sql }) => sql ?? []);

const isOurs = (index: { name: string; table: string; isConstraint: boolean }) =>
  phaseOfIndex(index) !== null && !index.isConstraint;

function find(tables: TableSnapshot[], name: string): TableSnapshot {
  const table = tables.find((it) => it.name === name);
  if (table === undefined) throw new Error(`table ${name} is not declared`);
  return table;
}

/** A table, a column after the other: one that PostgreSQL refuses is missing. Its key under either name, or none. */
function aTable(schema: string, damage: Damage, table: TableSnapshot): fc.Arbitrary<string[]> {
  const { constraints } = readDeclaredSchema(schema);
  const key = constraints.find(({ table: name, kind }) => name === table.name && kind === "primary-key");
  const alter = `alter table ${qualify(schema, table.name)} add`;
  // Without a column of its key a table is refused: that is worth a state now and then, not half of them.
  const isOfKey = ({ name }: { name: string }) => key?.definition.includes(name) === true;
  const columns = table.columns.map((column) => {
    const missing = isOfKey(column) ? damage.missing / 8 : damage.missing;
    return aShape({ ...damage, missing }, columnSql(column), columnShapes(column));
  });
  const keyShape = aShape({ ...damage, missing: damage.missing / 3 }, `${alter} ${key?.definition}`, [
    `${alter} constraint pk_${table.name} ${key?.definition}`,
  ]);
  const create = `create table ${qualify(schema, table.name)} ()`;
  return fc
    .tuple(aShape({ missing: damage.missing, wrong: 0 }, create, []), fc.tuple(...columns), keyShape)
    .map(([made, shapes, it]) =>
      made.sql === null
        ? []
        : [made.sql, ...sqlOf(shapes).map((column) => `${alter} column ${column}`), ...sqlOf([it])],
    );
}

function columnSql(column: TableSnapshot["columns"][number]): string {
  const generated =
    column.generatedExpression === null ? "" : ` generated always as (${column.generatedExpression}) stored`;
  const fallback = column.defaultExpression === null ? "" : ` default ${column.defaultExpression}`;
  return `${column.name} ${column.type}${generated}${fallback}${column.isNullable ? "" : " not null"}`;
}

/** What is not ours and has to stay as it is. */
function extrasOf(schema: string): string[] {
  const [sessions, asns, ips] = ["session_summaries", "asn_inventory", "ip_inventory"].map((it) => qualify(schema, it));
  return [
    `alter table ${asns} add column rir_registry varchar(10) default 'arin'`,
    `alter table ${ips} add column notes text`,
    `alter table ${sessions} add column ssh_key_fingerprint varchar(128)`,
    `create index ix_asn_inventory_first_seen on ${asns} (first_seen)`,
    `create index ix_ip_inventory_current_asn on ${ips} (current_asn)`,
    `alter table ${ips} add constraint fk_ip_inventory_current_asn_asn_inventory foreign key (current_asn) references ${asns} (asn_number)`,
    `alter table ${ips} add constraint few_sessions check (session_count < 1000000000)`,
    `create index ix_session_summaries_snapshot_asn on ${sessions} (snapshot_asn)`,
  ];
}

/** Rows of the application: plain ones and such as only a wrong shape lets in. */
function rowsOf(schema: string): string[] {
  const insert = (table: string, columns: string, values: string) =>
    `insert into ${qualify(schema, table)} (${columns}) values (${values})`;
  const seen = "'2024-02-01 00:00:00Z', '2024-03-01 00:00:00Z'";
  const own = "first_seen, last_seen, enrichment, enrichment_updated_at";
  const document = `'{"maxmind": {"country": "SE"}, "greynoise": {"noise": "maybe"}}'`;
  const nul = `'{"maxmind": {"country": "SE"}, "urlhaus": "\\u0000"}'`;
  return [
    insert(
      "asn_inventory",
      `asn_number, organization_country, ${own}`,
      `64496, 'NL', ${seen}, ${document}, '2024-03-02 00:00:00Z'`,
    ),
    insert(
      "asn_inventory",
      `asn_number, organization_country, ${own}`,
      `64497, 'nl', ${seen}, ${nul}, '2024-03-02 00:00:00Z'`,
    ),
    insert(
      "asn_inventory",
      `asn_number, organization_country, ${own}`,
      `0, '1A', ${seen}, '{}', '2024-03-02 00:00:00Z'`,
    ),
    insert("asn_inventory", "asn_number, enrichment_updated_at", "64498, '2024-03-02 00:00:00Z'"),
    insert(
      "ip_inventory",
      `ip_address, current_asn, session_count, ${own}`,
      `'198.18.0.1', 64496, 7, ${seen}, ${document}, '2024-03-02 00:00:00Z'`,
    ),
    insert(
      "ip_inventory",
      `ip_address, current_asn, session_count, ${own}`,
      `'198.18.0.2', 0, -3, ${seen}, ${nul}, '2024-03-02 00:00:00Z'`,
    ),
    insert("ip_inventory", `ip_address, ${own}`, `'192.0.2.1', ${seen}, ${document}, '2024-03-02 00:00:00Z'`),
    insert("ip_inventory", `ip_address, current_asn, ${own}`, `'2001:db8::7', 64510, ${seen}, 'null', null`),
    insert("ip_inventory", "ip_address, enrichment_updated_at", "'198.18.0.3', '2024-03-02 00:00:00Z'"),
    insert("ip_asn_history", "ip_address, asn_number, observed_at", "'198.18.0.1', 64496, '2024-02-01 00:00:00Z'"),
  ];
}

/** Some addresses and systems are there already; `sessionsOf` says the same as `present`. */
function presentValues(schema: string): string[] {
  const sessions = qualify(schema, "session_summaries");
  return [
    `update ${sessions} set source_ip = '203.0.113.9' where session_id like '%7'`,
    `update ${sessions} set snapshot_asn = 65000 where session_id like '%3'`,
    `update ${sessions} set snapshot_country = 'DK' where session_id like '%4'`,
    `update ${sessions} set snapshot_ip_types = '{VPN}' where session_id like '%5'`,
  ];
}
