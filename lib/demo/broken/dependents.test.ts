import { describe, expect, test } from "vitest";
import { readStatus } from "@/lib/migration";
import { aBrokenDemo } from "@/lib/testing/broken-demo";
import { dumpOf } from "@/lib/testing/dump";
import { expectMigrated } from "@/lib/testing/migrated";
import { run } from "@/lib/testing/running";

describe("F45: reports of the operator", () => {
  const reports = ["public.report_addresses", "public.report_countries", "public.report_days"];
  const definitions = `select c.relname, pg_get_viewdef(c.oid) as definition, c.reloptions, c.relacl::text, obj_description(c.oid) as comment
    from pg_class as c where relname like 'report%' order by 1`;

  test("that use a column which has to change stop the run by name, and nothing is touched", async () => {
    const database = await aBrokenDemo("with-dependents");
    const before = await dumpOf(database.target);

    const obstacle = await run(database.target).then(
      ({ status, error }) => ({ status, message: error?.message ?? "" }),
      (refusal: Error) => ({ status: "refused", message: refusal.message }),
    );

    expect(["refused", "failed"]).toContain(obstacle.status);
    expect(obstacle.message).toContain("public.report_addresses");
    expect(obstacle.message).not.toContain("public.report_days");
    expect(await dumpOf(database.target)).toEqual(before);
    expect((await readStatus(database.target)).findings).toContainEqual(
      expect.objectContaining({ id: "dependent-object:public.report_addresses", severity: "error" }),
    );
  });

  test("are dropped and made again identically once the operator agreed", async () => {
    const database = await aBrokenDemo("with-dependents");
    const before = await database.query(definitions);
    expect(before).toHaveLength(3);

    const { error } = await run(database.target, { recreatedDependents: reports.slice(0, 2) });

    expect(error).toBeNull();
    expect(await database.query(definitions)).toEqual(before);
    await expectMigrated(database, "16");
  });

  test.each([
    ["naive-timestamps", "public.report_days"],
    ["inet-addresses", "public.report_addresses"],
    ["orm-shaped", "public.report_addresses"],
  ] as const)("are named in the way of %s: %s", async (state, report) => {
    const database = await aBrokenDemo(state, "with-dependents");
    const before = await dumpOf(database.target);
    const obstacle = await run(database.target).then(
      ({ error }) => error?.message ?? "none",
      (refusal: Error) => refusal.message,
    );
    // One obstacle may hide the next from the message; the findings name them all.
    const { findings } = await readStatus(database.target);
    const inTheWay = findings.filter(({ severity }) => severity === "error").map(({ object }) => object);
    expect(inTheWay).toContain(report);
    expect(inTheWay.some((object) => obstacle.includes(object))).toBe(true);
    expect(await dumpOf(database.target)).toEqual(before);
  });
});
