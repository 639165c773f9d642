import path from "node:path";
import { expect, test } from "vitest";
import { makeDemo } from "@/lib/demo/demo";
import { readCoverage, verify } from "@/lib/migration";
import { aDatabase } from "@/lib/testing/database";
import { reasonToSkip } from "@/lib/testing/oracle/shared-data";
import { run } from "@/lib/testing/running";

const FILE = "raw-events-sample.ndjson.gz";
const reason = reasonToSkip(FILE);

test.skipIf(reason !== null)(
  "sweeps every session of real Cowrie logs, NUL escapes in their events and all",
  async () => {
    const database = await aDatabase();
    const { sessions, skippedLines } = await makeDemo(database.target, {
      logs: [path.resolve("../shared/data", FILE)],
    });
    expect({ sessions, skippedLines }).toEqual({ sessions: 17_511, skippedLines: 0 });
    expect(
      await database.query(
        String.raw`select count(*) as n from public.raw_events where position('\u0000' in payload::text) > 0`,
      ),
    ).toEqual([{ n: 44 }]);

    const { status, error } = await run(database.target);

    expect({ status, error }).toEqual({ status: "succeeded", error: null });
    expect((await readCoverage(database.target)).sessions).toMatchObject({
      total: 17_511,
      open: 0,
      withSourceIp: 17_511,
    });
    expect(await verify(database.target, { startedBy: "cli" })).toMatchObject({ verdict: "migrated", observed: "v16" });
  },
);
