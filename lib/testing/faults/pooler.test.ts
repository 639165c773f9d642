import { expect, test } from "vitest";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { aDeclaredDatabase } from "@/lib/testing/declared-database";
import { dumpOf } from "@/lib/testing/dump";
import { environmentOf } from "@/lib/testing/failpoint-runs";
import { aPooler, reasonToSkipPooler } from "@/lib/testing/pgbouncer";
import { executeTidemark } from "@/lib/testing/tidemark-command";

const sessions = [{ sessionId: "a", enrichment: { dshield: { ip: { number: "203.0.113.1" } } } }];

const nameOf = (database: TestDatabase) => new URL(database.target.connectionString).pathname.slice(1);

test.skipIf(reasonToSkipPooler() !== null).each([
  ["migrate", aCowrieDatabase, () => []],
  ["catch-up", aDeclaredDatabase, () => []],
  ["reset", aDeclaredDatabase, (database: TestDatabase) => ["--confirm", nameOf(database)]],
] as const)(
  "F11: %s through a pooler in transaction mode is refused, and nothing is written",
  async (command, make, more) => {
    const database = await make({ sessions });
    const before = await dumpOf(database.target);
    const pooled = await aPooler(database.target);

    const { exitCode, stdout, stderr } = await executeTidemark(
      [command, ...more(database), "--json"],
      environmentOf(pooled),
    );

    expect(exitCode, stdout + stderr).toBe(4);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "not-eligible",
        message: expect.stringMatching(/connection pooler, such as PgBouncer/),
        remedy: expect.stringMatching(/Set DATABASE_URL to the server itself/),
        activeRun: null,
      },
    });
    expect(await dumpOf(database.target)).toEqual(before);
    expect(await database.query("select to_regnamespace('tidemark') as console")).toEqual([{ console: null }]);
  },
);
