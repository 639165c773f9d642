import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { closePools } from "@/lib/db/pool";
import { countCoverage } from "@/lib/migration";
import { renderMetrics } from "@/lib/telemetry/metrics";
import { type RunFigures, readRunFigures } from "@/lib/telemetry/run-figures";
import { aDatabase } from "@/lib/testing/database";
import { aHoneypot } from "@/lib/testing/honeypot";
import { holdLock } from "@/lib/testing/lock-holder";
import { lintMetrics, parseOpenMetrics, reasonToSkipPromtool } from "@/lib/testing/promtool";
import { run } from "@/lib/testing/running";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** A database that was migrated, with a further run that waits for somebody in the middle of its sweep; made once. */
async function readMigrated(): Promise<RunFigures | null> {
  onTestFinished(closePools);
  const database = await aHoneypot({ sessions: 300 });
  await run(database.target);
  await database.query(
    `insert into tidemark.runs (kind, status, started_by, epoch, phase, heartbeat_at, waiting) values
     ('catch-up', 'running', 'web', 1, 'source-ip', clock_timestamp(),
      jsonb_build_object('step', 'sweep', 'since', clock_timestamp() - interval '40 s', 'blockers', '[{"pid": 7}]'::jsonb))`,
  );
  await database.query(
    `insert into tidemark.run_phases (run_id, phase, state, started_at, done, total, rows_per_second, eta_seconds)
     values (2, 'source-ip', 'running', clock_timestamp(), 100, 400, 50, 6)`,
  );
  await database.query(
    "insert into tidemark.set_aside values (2, 'session_summaries', 's1', 'asn', 'asn-unreadable', 'x')",
  );
  await countCoverage(database.target, { isKept: true });
  // Whoever counted sessions now would wait for ever.
  await holdLock(database, "lock table session_summaries, schema_state in access exclusive mode");
  return readRunFigures(database.target);
}

let figures: ReturnType<typeof readMigrated> | undefined;

async function scrapeMigrated(accept: string | null = null) {
  figures ??= readMigrated();
  return renderMetrics({ isUp: true, figures: await figures }, accept);
}

/** The value behind a line's name and labels, whatever the order of these. */
function readValue(text: string, name: string, ...labels: string[]): number | null {
  const line = text
    .split("\n")
    .find((one) => new RegExp(`^tidemark_${name}[{ ]`).test(one) && labels.every((label) => one.includes(label)));
  return line === undefined ? null : Number(line.split(" ").at(-1));
}

test("phase, progress, rate, waiting, set aside, outcome and gates come from the journal, past locked honeypot tables", async () => {
  const { text, type } = await scrapeMigrated();
  expect(type).toMatch(/^application\/openmetrics-text/);
  expect(text).toMatch(/# EOF\n?$/);
  expect({
    up: readValue(text, "database_up"),
    running: readValue(text, "run_status", 'kind="catch-up"', 'status="running"'),
    paused: readValue(text, "run_status", 'status="paused"'),
    phase: readValue(text, "run_phase", 'phase="source-ip"'),
    otherPhase: readValue(text, "run_phase", 'phase="foreign-keys"'),
    progress: readValue(text, "phase_progress_ratio", 'phase="source-ip"'),
    rate: readValue(text, "phase_rows_per_second"),
    remaining: readValue(text, "phase_remaining_seconds"),
    blockers: readValue(text, "run_blockers"),
    setAside: readValue(text, "run_set_aside_values", 'reason="asn-unreadable"'),
    succeeded: readValue(text, "journal_runs", 'kind="migrate"', 'status="succeeded"'),
    lossGate: readValue(text, "gate_passed", 'gate="zero-data-loss"'),
    sessions: readValue(text, "sessions", 'which="total"'),
    webhook: readValue(text, "webhook_waiting"),
  }).toEqual({
    ...{ up: 1, running: 1, paused: 0, phase: 1, otherPhase: 0, progress: 0.25, rate: 50, remaining: 6, blockers: 1 },
    ...{ setAside: 1, succeeded: 1, lossGate: 1, sessions: 300, webhook: 0 },
  });
  expect(readValue(text, "run_blocked_seconds")).toBeGreaterThanOrEqual(40);
  expect(text).toContain("process_resident_memory_bytes");
});

test("a database that does not answer, and one where nothing was ever run, are figures too", async () => {
  const down = await renderMetrics({ isUp: false, figures: null }, "text/plain;version=0.0.4");
  expect(down.type).toMatch(/^text\/plain/);
  expect(readValue(down.text, "database_up")).toBe(0);

  onTestFinished(closePools);
  const { target } = await aDatabase();
  const empty = await renderMetrics({ isUp: true, figures: await readRunFigures(target) }, null);
  expect(readValue(empty.text, "database_up")).toBe(1);
  expect(readValue(empty.text, "run_id")).toBeNull();
});

test.skipIf(reasonToSkipPromtool() !== null)("promtool finds nothing wrong, in either format", async () => {
  const { text } = await scrapeMigrated("text/plain");
  expect(lintMetrics(text)).toBe("");
  const open = await renderMetrics(
    { isUp: true, figures: null },
    "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
  );
  expect(parseOpenMetrics(open.text)).toBe("");
  expect(parseOpenMetrics((await scrapeMigrated()).text)).toBe("");
});

test("every figure has its line in docs/monitoring.md, and the dashboard asks for none that does not exist", async () => {
  const { text } = await scrapeMigrated();
  const names = new Set([...text.matchAll(/^# HELP (tidemark_\w+) /gm)].map(([, name = ""]) => name));
  expect(names.size).toBeGreaterThan(20);
  const page = readFileSync(path.join(ROOT, "docs/monitoring.md"), "utf8");
  const documented = [...page.matchAll(/^\| `(tidemark_\w+)/gm)].map(([, name = ""]) => name);
  expect(documented.sort()).toEqual([...names].sort());

  const dashboard = readFileSync(path.join(ROOT, "deploy/grafana/tidemark.json"), "utf8");
  const asked = [...new Set(dashboard.match(/\btidemark_\w+/g) ?? [])];
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((name) => !names.has(name))).toEqual([]);
});
