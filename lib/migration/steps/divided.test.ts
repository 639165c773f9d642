import { expect, onTestFinished, test, vi } from "vitest";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { aHoneypot } from "@/lib/testing/honeypot";
import { run } from "@/lib/testing/running";

test("many addresses are computed on two connections, and come out as on one", async () => {
  const divided = await aHoneypot({ sessions: 2_600, addresses: 2_500 });
  const alone = await divided.copy();
  const transactions = "select count(distinct xmin::text)::int as count from public.ip_inventory";

  onTestFinished(() => void vi.unstubAllEnvs());

  expect(await run(divided.target)).toMatchObject({ status: "succeeded" });
  vi.stubEnv("TIDEMARK_PARALLELISM", "1");
  expect(await run(alone.target)).toMatchObject({ status: "succeeded" });

  expect(await divided.query(transactions)).toEqual([{ count: 2 }]);
  expect(await alone.query(transactions)).toEqual([{ count: 1 }]);
  expect(compareDumps(await dumpOf(alone.target), await dumpOf(divided.target))).toEqual([]);
});
