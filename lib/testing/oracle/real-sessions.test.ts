import { expect, test } from "vitest";
import type { RunEvent } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { runToEnd } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
import { compareInventories, compareSetAside, compareSnapshots, readAll } from "@/lib/testing/oracle/comparison";
import { tryReadJson } from "@/lib/testing/oracle/json";
import { loadSessions } from "@/lib/testing/oracle/loading";
import { composeSessions, reasonWithoutSessions } from "@/lib/testing/oracle/real-sessions";

test.for(["json", "jsonb"] as const)(
  "after a migration of the real sessions every value equals the oracle's, with %s documents",
  { timeout: 300_000 },
  async (enrichmentType, context) => {
    const sessions = composeSessions()?.filter(
      ({ document }) => enrichmentType === "json" || document === null || tryReadJson(document) !== null,
    );
    if (sessions === undefined) return context.skip(reasonWithoutSessions() ?? "");
    expect(sessions.length).toBeGreaterThan(49_000);

    const database = await aCowrieDatabase({ enrichmentType });
    const client = await database.client();
    const { schema } = database.target;
    await loadSessions(client, schema, sessions);
    const runId = await migrate(database.target);

    const read = readAll(sessions);
    expect((await compareSnapshots(client, schema, read)).slice(0, 10)).toEqual([]);
    expect((await compareSetAside(client, runId, read)).slice(0, 10)).toEqual([]);
    expect((await compareInventories(client, schema, read)).slice(0, 10)).toEqual([]);
  },
);

test("the composed sessions meet every reason and every value many times", (context) => {
  const sessions = composeSessions({ limit: 20_000 });
  if (sessions === null) return context.skip(reasonWithoutSessions() ?? "");
  const counts = new Map<string, number>();
  const count = (word: string) => counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const { values, setAside } of readAll(sessions)) {
    for (const { reason } of setAside) count(reason);
    if (values.sourceIp !== null) count("source_ip");
    if (values.snapshotAsn !== null) count("snapshot_asn");
    if (values.snapshotCountry !== null) count("snapshot_country");
    if (values.snapshotIpTypes !== null && values.snapshotIpTypes.length > 0) count("snapshot_ip_types");
  }
  expect([...counts.keys()].sort()).toEqual([
    "asn-out-of-range",
    "asn-unreadable",
    "country-unreadable",
    "document-unreadable",
    "enriched-at-unreadable",
    "ip-types-unreadable",
    "ip-unreadable",
    "snapshot_asn",
    "snapshot_country",
    "snapshot_ip_types",
    "source_ip",
  ]);
  expect(Math.min(...counts.values())).toBeGreaterThan(50);
  expect(composeSessions({ limit: 1000 })).toEqual(composeSessions({ limit: 1000 }));
});

/** Migrates to the end and gives the run's id. */
async function migrate(target: DatabaseTarget): Promise<number> {
  const events: RunEvent[] = [];
  const { signal } = new AbortController();
  await runToEnd(target, { kind: "migrate", startedBy: "cli", signal, onEvent: (event) => events.push(event) });
  const finished = events.find((event) => event.type === "run-finished");
  expect(finished).toMatchObject({ status: "succeeded", error: null });
  return finished?.runId ?? 0;
}
