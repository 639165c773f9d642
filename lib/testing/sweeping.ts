import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { qualify } from "@/lib/db/identifier";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { sweepFunctions } from "@/lib/enrichment/sweep-functions";
import { type SweepShape, sweepBatchSql } from "@/lib/enrichment/sweep-sql";
import { readDeclaredSchema } from "@/lib/inspection/declared";
import { addColumnsSql, createTableSql } from "@/lib/migration/ddl";
import { aCowrieDatabase, type CowrieOptions, type TestDatabase } from "@/lib/testing/database";

/** A Cowrie database with everything that the reading of documents needs. */
export interface SweepableDatabase extends TestDatabase {
  shape: SweepShape;
  /** Sweeps all sessions as one batch of `runId`, by default a new run. */
  sweep(runId?: number): Promise<SweepResult>;
  aRun(): Promise<number>;
}

export interface SweepResult {
  runId: number;
  scanned: number;
  changed: number;
  set_aside: number;
}

/** A Cowrie database with the v16 columns and inventories (without foreign keys), its functions, and the console's tables. */
export async function aSweepableDatabase(
  options: CowrieOptions & { shape?: Partial<SweepShape> } = {},
): Promise<SweepableDatabase> {
  const { shape: wanted, ...cowrie } = options;
  const database = await aCowrieDatabase(cowrie);
  const { schema } = database.target;
  const client = await database.client();
  await migrateConsoleSchema(client);
  for (const statement of sweepFunctions()) await client.query(statement);
  for (const { createSql } of generatedFunctions(schema)) await client.query(createSql);

  const declared = readDeclaredSchema(schema);
  const columnsOf = (table: string) => declared.tables.find(({ name }) => name === table)?.columns ?? [];
  const added = columnsOf("session_summaries").filter(({ name }) =>
    /^(source_ip|enrichment_at|snapshot_.*)$/.test(name),
  );
  await client.query(addColumnsSql(schema, "session_summaries", added));
  for (const table of declared.tables.filter(({ name }) => /^(asn|ip)_inventory$/.test(name))) {
    await client.query(createTableSql(schema, table, declared.constraints));
  }

  const shape: SweepShape = {
    schema,
    enrichmentType: options.enrichmentType ?? "json",
    hasRawEvents: true,
    hasLegacyIpType: false,
    inventories: ["asn_inventory", "ip_inventory"],
    ...wanted,
  };
  async function aRun(): Promise<number> {
    const rows = await database.query<{ id: number }>(
      `insert into tidemark.runs (kind, status, started_by) values ('verify', 'running', 'cli') returning id`,
    );
    return rows[0]?.id ?? 0;
  }
  async function sweep(runId?: number): Promise<SweepResult> {
    const run = runId ?? (await aRun());
    const pages = `select '(' || pg_relation_size('${qualify(schema, "session_summaries")}') / 8192 || ',0)' as behind`;
    const [last] = await database.query<{ behind: string }>(pages);
    const rows = await database.query<Omit<SweepResult, "runId">>(sweepBatchSql(shape), ["(0,0)", last?.behind, run]);
    const [result] = rows;
    if (result === undefined) throw new Error("The sweep gave no row.");
    return { runId: run, ...result };
  }
  return { ...database, shape, sweep, aRun };
}
