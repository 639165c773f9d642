import { execFileSync } from "node:child_process";
import { chown, mkdtemp, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { readServerAccount } from "@/lib/db/embedded-binaries";
import { prepareConsole, readRun, readStatus, resumeRun } from "@/lib/migration";
import type { TestDatabase } from "@/lib/testing/database";
import { aHoneypot } from "@/lib/testing/honeypot";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { run } from "@/lib/testing/running";
import { aServer } from "@/lib/testing/servers";

function stateFreeBytes(bytes: number): void {
  vi.stubEnv("TIDEMARK_DISK_FREE_BYTES", String(bytes));
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** That a failed run has made nothing of v16. */
async function expectStillV15(database: TestDatabase): Promise<void> {
  expect(await readStatus(database.target)).toMatchObject({ version: { recorded: "15", observed: "v15" } });
}

describe("F73: a disk too small", () => {
  test("by what the operator states fails the run beforehand, with bytes needed and free", async () => {
    const database = await aHoneypot({ sessions: 500 });
    const before = await snapshotOf(database);
    stateFreeBytes(100_000);

    expect(await run(database.target)).toMatchObject({
      status: "failed",
      error: {
        message: expect.stringMatching(
          /^The disk would be full before the end: \d{6,} bytes needed, 100000 bytes free\./,
        ),
        remedy: expect.stringContaining("TIDEMARK_DISK_FREE_BYTES"),
      },
    });
    await expectStillV15(database);

    stateFreeBytes(10_000_000_000);
    const finished = await run(database.target);
    expect(finished).toMatchObject({ status: "succeeded", error: null });
    expect(finished.lines.join("\n")).toMatch(
      /Disk, at its peak: up to \d+ MB more .*; free 9,537 MB \(TIDEMARK_DISK_FREE_BYTES\)/,
    );
    await expectInvariants(database, { before, finished: true });
  });

  test.skipIf(reasonToSkipMount() !== null)(
    "is seen by itself where the server is this machine; full all the same, the run pauses by itself and goes on once there is room",
    async () => {
      const server = await aServer();
      const disk = await aSmallDisk("64m");
      const database = await aHoneypot({ sessions: 1_500, serverUrl: server.url });
      const before = await snapshotOf(database);
      await moveTo(disk, database);
      const freeAgain = await fill(disk, 200_000);

      expect(await run(database.target)).toMatchObject({
        status: "failed",
        error: { message: expect.stringMatching(new RegExp(`bytes needed, \\d+ bytes free.*file system of ${disk}`)) },
      });
      await expectStillV15(database);

      // The operator is wrong about the disk.
      stateFreeBytes(10_000_000_000);
      let runId = 0;
      const finished = run(database.target, {
        onEvent: (event) => {
          if (event.type === "run-started") runId = event.runId;
        },
      });
      await expect
        .poll(() => readRun(database.target, runId), { timeout: 30_000 })
        .toMatchObject({
          status: "paused",
          error: {
            sqlstate: "53100",
            message: expect.stringMatching(/Disk, at its peak: up to \d+ MB more/),
            remedy: expect.stringMatching(/Free disk space .* resume/),
          },
        });
      await expectInvariants(database, { before, finished: false });

      await freeAgain();
      await resumeRun(database.target, runId);
      expect((await readRun(database.target, runId))?.error).toBeNull();
      const { status, error, lines } = await finished;
      expect({ status, error }).toEqual({ status: "succeeded", error: null });
      expect(lines).toContainEqual(expect.stringMatching(/^53100 .*The run pauses by itself\. Free disk space/));
      await expectInvariants(database, { before, finished: true });
    },
  );
});

test.skipIf(reasonToSkipMount() !== null)(
  "F73: a disk too full even for the journal: the run holds, says so once there is room, and goes on when resumed",
  async () => {
    const server = await aServer();
    const disk = await aSmallDisk("64m");
    const database = await aHoneypot({ sessions: 1_500, serverUrl: server.url });
    const before = await snapshotOf(database);
    await prepareConsole(database.target);
    await moveTo(disk, database, ["public.session_summaries", ...JOURNAL]);
    const freeAgain = await fill(disk, 100_000);
    stateFreeBytes(10_000_000_000);

    let runId = 0;
    const finished = run(database.target, {
      onEvent: (event) => {
        if (event.type === "run-started") runId = event.runId;
      },
    });
    const serverLog = path.join(server.data, "..", "server.log");
    await expect.poll(() => readFile(serverLog, "utf8"), { timeout: 30_000 }).toContain("No space left on device");
    await freeAgain();
    await expect
      .poll(() => readRun(database.target, runId), { timeout: 30_000 })
      .toMatchObject({ status: "paused", error: { sqlstate: "53100" } });
    await resumeRun(database.target, runId);

    expect(await finished).toMatchObject({ status: "succeeded", error: null });
    await expectInvariants(database, { before, finished: true });
  },
);

test("F74: a temp_file_limit is warned of; where a sort meets it the run fails with the remedy, and goes on once it is lifted", async () => {
  const database = await aHoneypot({ sessions: 6_000 });
  const before = await snapshotOf(database);
  const settings = { temp_file_limit: "400kB", work_mem: "64kB", enable_hashagg: "off" };
  for (const [name, value] of Object.entries(settings)) await setForDatabase(database, `set ${name} = ''${value}''`);
  expect((await readStatus(database.target)).findings).toContainEqual(
    expect.objectContaining({ object: "hazard:temp-file-limit", severity: "warning", live: "400 kB" }),
  );

  expect(await run(database.target)).toMatchObject({
    status: "failed",
    error: {
      sqlstate: "53400",
      remedy: expect.stringContaining("temp_file_limit = -1"),
    },
  });
  await expectInvariants(database, { before, finished: false });

  for (const name of Object.keys(settings)) await setForDatabase(database, `reset ${name}`);
  expect(await run(database.target)).toMatchObject({ status: "succeeded", error: null });
  await expectInvariants(database, { before, finished: true });
});

async function setForDatabase(database: TestDatabase, change: string): Promise<void> {
  await database.query(`do $$ begin execute format('alter database %I ${change}', current_database()); end $$`);
}

/** Why a test on a disk of its own is skipped, or null if it can run. Printed. */
function reasonToSkipMount(): string | null {
  try {
    if (process.getuid?.() === 0 && process.platform === "linux") {
      execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" });
      return null;
    }
  } catch {
    // As below.
  }
  const reason = "Skipped: a small disk needs root and the right to mount.";
  process.stderr.write(`${reason}\n`);
  return reason;
}

/** A file system in memory on which the server may write, removed with the test. */
async function aSmallDisk(size: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "tidemark-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  const account = readServerAccount();
  if (account !== null) await chown(folder, account.uid, account.gid);
  onTestFinished(async () => {
    execFileSync("umount", ["--lazy", folder]);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Leaves only so much of `disk` free, in bytes; the returned function takes that back. */
async function fill(disk: string, freeBytes: number): Promise<() => Promise<void>> {
  const { bavail, bsize } = await statfs(disk);
  const ballast = path.join(disk, "ballast");
  await writeFile(ballast, Buffer.alloc(bavail * bsize - freeBytes));
  return () => rm(ballast);
}

/** What a run writes about itself. */
const JOURNAL = ["tidemark.runs", "tidemark.run_phases", "tidemark.log_lines"];

async function moveTo(disk: string, database: TestDatabase, tables = ["public.session_summaries"]): Promise<void> {
  await database.query(`create tablespace small location '${disk}'`);
  for (const table of tables) await database.query(`alter table ${table} set tablespace small`);
}
