import { expect, test } from "vitest";
import { readDatabaseAddress } from "@/lib/db/client";
import { readRuns, readStatus } from "@/lib/migration";
import type { TestDatabase } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { type DeadRun, type Place, runUntilKilled } from "@/lib/testing/failpoint-runs";
import { resumed } from "@/lib/testing/faults/resumed";
import { aHoneypot } from "@/lib/testing/honeypot";
import { expectInvariants, type Snapshot, snapshotOf } from "@/lib/testing/invariants";
import { reset, run } from "@/lib/testing/running";

/** Every name in every phase in which it is passed, in the order of a run. */
const PLACES: Place[] = [
  "claimed",
  ...(["transaction-open", "batch-open", "batch-done", "statement-done", "phase-done"] as const),
  ...(["transaction-open@2", "statement-done@2", "transaction-done@3", "phase-done@2"] as const),
  ...(["step-begun@10", "transaction-open@5", "statement-done@6", "transaction-done@7"] as const),
  ...(["batch-open@2", "step-begun@19", "transaction-done@8", "statement-done@11"] as const),
  ...(["transaction-open@9", "transaction-done@10", "statement-done@15", "phase-done@5"] as const),
  ...(["version-open", "version-done"] as const),
];

const isSoak = process.env.TIDEMARK_SOAK === "1";

/** As many processes at a time as this may use. */
const AT_A_TIME = 2;

/** Does `work` for one item after the other, some at a time; gives what went wrong, by item. */
async function eachOf<Item extends string>(items: Iterable<Item>, work: (item: Item) => Promise<boolean>) {
  const failures: Record<string, string> = {};
  const rest = items[Symbol.iterator]();
  let isOver = false;
  async function take(): Promise<void> {
    for (let next = rest.next(); !isOver && next.done !== true; next = rest.next()) {
      const item = next.value;
      const goesOn = await work(item).catch((cause: Error) => {
        failures[item] = cause.message;
        return true;
      });
      isOver ||= !goesOn;
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, take));
  return failures;
}

function* everyPlace(): Generator<Place> {
  for (let count = 1; ; count += 1) yield `every@${count}`;
}

async function aSmallHoneypot(): Promise<{ database: TestDatabase; before: Snapshot }> {
  const database = await aHoneypot({ sessions: 400 });
  return { database, before: await snapshotOf(database) };
}

test("F1, F2: kill -9 at any place of a run, then resume: the state equals that of an undisturbed run", {
  timeout: isSoak ? 7_200_000 : 480_000,
}, async () => {
  const { database, before } = await aSmallHoneypot();
  const killed = new Set<string>();

  const failures = await eachOf(isSoak ? everyPlace() : PLACES, async (place) => {
    const copy = await database.copy();
    const dead = await runUntilKilled(copy.target, place);
    // Of all places there are only so many: past the last one the run ended by itself.
    if (!dead.isKilled && isSoak) return false;
    expect(dead, dead.stderr).toMatchObject({ isKilled: true });
    killed.add(place);
    await expectInvariants(copy, { before, finished: false, said: toSaid(dead) });

    const { status, error } = await resumed(copy.target);

    expect({ status, error }).toEqual({ status: "succeeded", error: null });
    expect((await readRuns(copy.target)).filter(({ kind }) => kind === "migrate")).toMatchObject([{ id: 1 }]);
    await expectInvariants(copy, { before, finished: true });
    await copy.drop();
    return true;
  });

  expect(failures).toEqual({});
  expect(killed.size).toBeGreaterThanOrEqual(isSoak ? 80 : PLACES.length);
});

test("F1: a resumed run that is killed again is resumed again", async () => {
  const { database, before } = await aSmallHoneypot();
  for (const place of ["batch-done", "transaction-open@3", "statement-done@4"] as const) {
    const dead = await runUntilKilled(database.target, place);
    expect(dead, dead.stderr).toMatchObject({ isKilled: true });
  }

  expect(await resumed(database.target)).toMatchObject({ runId: 1, status: "succeeded" });
  await expectInvariants(database, { before, finished: true });
});

test.each([
  ["reset-open", "migrated"],
  ["reset-done", "ready"],
] as const)(
  "F82: a reset killed at %s has done all or nothing, and is done by the next one",
  async (place, verdict) => {
    const { database, before } = await aSmallHoneypot();
    const pristine = await dumpOf(database.target);
    await run(database.target);
    const confirm = ["reset", "--confirm", readDatabaseAddress(database.target.connectionString).name];

    const dead = await runUntilKilled(database.target, place, [...confirm, "--json"]);

    expect(dead, dead.stderr).toMatchObject({ isKilled: true });
    expect(await readStatus(database.target)).toMatchObject({ verdict });
    await expectInvariants(database, { before, finished: false, said: toSaid(dead) });
    await expect
      .poll(() => reset(database.target).catch(String), { timeout: 20_000 })
      .toMatchObject({ status: "succeeded" });
    const isOfHoneypot = (line: string) => !line.startsWith("set aside ");
    expect(compareDumps(pristine, (await dumpOf(database.target)).filter(isOfHoneypot))).toEqual([]);

    expect(await run(database.target)).toMatchObject({ status: "succeeded" });
    await expectInvariants(database, { before, finished: true });
  },
);

const toSaid = ({ stdout, stderr }: DeadRun) => [stdout, stderr];
