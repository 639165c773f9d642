import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { type Console, expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { cookieOf, send } from "@/e2e/raw-request";
import { BUILD_CANARY } from "@/scripts/production-build";

const ROOT = path.resolve(import.meta.dirname, "..");
const PAGES = ["/", "/run", "/runs", "/runs/1", "/schema", "/plan", "/coverage", "/set-aside", "/audit"];
const READS = [
  ...[
    "/api/status",
    "/api/runs",
    "/api/runs/1",
    "/api/runs/1/events",
    "/api/runs/1/log",
    "/api/runs/1/log?format=ndjson",
  ],
  ...["/api/schema", "/api/plan", "/api/plan/outlook", "/api/coverage", "/api/set-aside?format=csv", "/api/set-aside"],
  ...["/api/audit", "/api/audit?format=csv", "/api/connection", "/api/reset/lost", "/api/ready", "/api/health"],
];

/** How long a stream that does not end is read, in milliseconds. */
const STREAM_MS = 1_500;

/** What attackers leave behind: markup, an end of script, terminal colours, text that runs backwards, an address. */
const HOSTILE =
  "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u001b[31m\u001b]8;;http://evil.example\u0007\u202e javascript:alert(3) http://evil.example/x\r\n\ndata: {}\n\nevent: end";

async function migrate(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "Run migration" }).click();
  await expect(page).toHaveURL(/\/runs\/1$/);
  await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });
}

/** Puts what is hostile into every text column that a page shows. */
async function poison(console: Console): Promise<void> {
  const name = `x"${HOSTILE.replaceAll("\r", "").slice(0, 30)}`;
  const quoted = `"${name.replaceAll('"', '""')}"`;
  await console.query(`create view public.${quoted} as select source_ip as ${quoted} from public.session_summaries`);
  await console.query(`alter table public.ip_inventory add column ${quoted} text`);
  await console.query(`create index ${quoted.replace('"x', '"y')} on public.session_summaries (matcher)`);
  await console.query("update public.asn_inventory set organization_name = $1, registry = '<b>x</b>', asn_type = $1", [
    HOSTILE,
  ]);
  await console.query("update tidemark.runs set started_by = $1, slow_because = $1", [HOSTILE]);
  await console.query(
    `update tidemark.runs set error = json_build_object('sqlstate', '<b>', 'message', $1::text, 'statement', $1::text, 'remedy', $1::text),
       status = 'failed' where id = 1`,
    [HOSTILE],
  );
  await console.query(
    `with n as (update tidemark.runs set last_seq = last_seq + 1 where id = 1 returning last_seq)
     insert into tidemark.log_lines (run_id, seq, level, phase, message) select 1, last_seq, 'warn', null, $1 from n`,
    [HOSTILE],
  );
  await console.query(
    `insert into tidemark.set_aside (run_id, table_name, key, field, reason, value) values (1, $1, $1, $1, $1, $1)`,
    [HOSTILE],
  );
  await console.query(
    `insert into tidemark.audit_events (actor, address, action, run_id, outcome, detail, confirmation)
     values ($1, $1, $1, 1, 'refused', $1, $1), ('=1+1', null, '@SUM(A1)', null, 'done', '-2+3', null)`,
    [HOSTILE],
  );
}

test("S18, S19, S28: what attackers wrote is shown and never obeyed, on every page, in streams and in files; no page takes SQL", async ({
  baseURL,
  console,
  page,
}) => {
  test.setTimeout(150_000);
  let dialogs = 0;
  const fields: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });
  await migrate(page);
  await poison(console);

  for (const address of PAGES) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
    expect(await page.locator("main img, iframe, object, embed").count(), address).toBe(0);
    const origins = await page
      .locator("a")
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).origin));
    expect([...new Set(origins)], address).toEqual([new URL(page.url()).origin]);
    fields.push(...(await page.locator("input, textarea").evaluateAll((them) => them.map((it) => it.outerHTML))));
    const text = (await page.locator("header, main").allTextContents()).join(" ");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text, address).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  }
  for (const address of ["/runs", "/set-aside", "/audit"]) {
    await page.goto(address);
    await expect(page.getByRole("main"), address).toContainText("<img src=x onerror=alert(2)>");
  }
  expect(dialogs).toBe(0);
  expect(fields.length).toBeGreaterThan(0);
  expect(fields.filter((html) => /postgres|connection|database.?url|sql|password/i.test(html))).toEqual([]);

  const cookie = await cookieOf(page);
  const [lines] = await console.query<{ n: number }>(
    "select count(*)::int as n from tidemark.log_lines where run_id = 1",
  );
  const stream = await send(baseURL, { path: "/api/runs/1/events", headers: { cookie } });
  const events = stream.text.split("\n\n").filter((event) => event.startsWith("event: "));
  expect(events.filter((event) => event.startsWith("event: log\n"))).toHaveLength(lines?.n ?? -1);
  expect(events.filter((event) => event.startsWith("event: end\n"))).toHaveLength(1);
  for (const event of events) {
    const fields = event.split("\n").map((line) => line.slice(0, line.indexOf(":")));
    expect(fields.join()).toMatch(/^event,(id,)?data$/);
    JSON.parse(event.slice(event.indexOf("data: ") + 6));
  }

  const csv = await (await page.request.get("/api/audit?format=csv")).text();
  expect(csv).toContain(",'=1+1,");
  expect(csv).toContain(",'@SUM(A1),");
  expect(csv).toContain(",'-2+3,");
  for (const file of [
    "/api/audit?format=csv",
    "/api/audit",
    "/api/set-aside?format=csv",
    "/api/set-aside",
    "/api/runs/1/log",
  ]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(await (await page.request.get(file)).text(), file).not.toMatch(/[\u0000-\u0008\u001b\u202e]/);
  }
});

test("S21, S22: the password of the database is nowhere: no page, answer, stream, log, table or process title", async ({
  console: plain,
  openConsole,
  page,
}) => {
  test.setTimeout(150_000);
  const canary = "Canary-7f3a/9%c";
  await plain.query(`create role canary superuser login password '${canary}'`);
  const url = new URL(plain.target.connectionString);
  url.username = "canary";
  url.password = encodeURIComponent(canary);
  await plain.stop();
  const own = await openConsole(url.href);
  await page.goto(own.baseURL);
  await page.getByRole("button", { name: "Run migration" }).click();
  await expect(page.locator(".run-head").getByText("succeeded", { exact: true })).toBeVisible({ timeout: 45_000 });

  const spellings = new RegExp([canary, encodeURIComponent(canary), url.password].map(toPattern).join("|"));
  const cookie = await cookieOf(page);
  for (const address of [...PAGES, ...READS, "/nothing-here"]) {
    const { status, text } = await send(own.baseURL, { path: address, headers: { cookie }, patienceMs: STREAM_MS });
    expect(`${address} ${status}`).toMatch(/ (200|307|404)$/);
    expect(text, address).not.toMatch(spellings);
  }
  await page.goto("about:blank");
  // Every failure there can be: of the password, of the server, of the console's tables.
  await plain.query("alter table tidemark.run_phases rename to run_phases_away");
  await send(own.baseURL, { path: "/runs/1", headers: { cookie } });
  await plain.query("alter table tidemark.run_phases_away rename to run_phases");
  await plain.query("alter role canary password 'another'");
  await plain.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'canary'");
  for (const attempt of ["at once", "again"]) {
    const { status, text } = await send(own.baseURL, { path: "/api/ready" });
    expect(`${attempt} ${status}`).toBe(`${attempt} 503`);
    expect(text).not.toMatch(spellings);
  }

  expect(own.output()).not.toBe("");
  expect(own.output()).not.toMatch(spellings);
  expect(readFileSync(`/proc/${own.pid}/cmdline`, "utf8")).not.toMatch(spellings);
  const tables = await plain.query<{ name: string }>(
    `select format('tidemark.%I', c.relname) as name from pg_catalog.pg_class c
     where c.relnamespace = 'tidemark'::regnamespace and c.relkind = 'r'`,
  );
  for (const { name } of tables) {
    const [row] = await plain.query<{ text: string | null }>(`select string_agg(t::text, ' ') as text from ${name} t`);
    expect(row?.text ?? "", name).not.toMatch(spellings);
  }
});

const toPattern = (text: string) => text.replace(/[^\w]/g, "\\$&");

test("S21: nothing of the environment of a build is in it", () => {
  const files = [".next", "dist"]
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8", withFileTypes: true }),
    )
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    // Next's trace takes the checkout along, and with it the one source in which the word stands by itself.
    .filter((file) => !/^\.next\/(cache\/|standalone\/scripts\/production-build\.ts$)/.test(path.relative(ROOT, file)));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => readFileSync(file).includes(BUILD_CANARY))).toEqual([]);
});

test("S25, S26, S27: an act is one line of the audit; the frame says how the database is reached, and as whom", async ({
  console,
  page,
}) => {
  test.setTimeout(120_000);
  await migrate(page);
  const said = page.getByRole("banner").getByText(/^local, superuser/);
  await expect(said).toBeVisible();
  await expect(said).toHaveAttribute("title", /docs\/security\.md has the statements/);
  const acts = () =>
    console.query(
      `select action, outcome, run_id::int as run, address, confirmation is not null as "isConfirmed", role
       from tidemark.audit_events where action not like 'sign-%' order by id`,
    );
  expect(await acts()).toEqual([
    {
      action: "run-migration",
      outcome: "done",
      run: 1,
      address: expect.stringContaining("127.0.0.1"),
      isConfirmed: false,
      role: "admin",
    },
  ]);
  await page.goto("/audit?action=run-migration&outcome=done&run=1");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("row").nth(1)).toContainText("run-migration");
  await expectGoodLooks(page);
  const address = (await page.getByRole("link", { name: "NDJSON" }).getAttribute("href")) ?? "";
  const exported = (await (await page.request.get(address)).text()).trim().split("\n");
  expect(exported.map((line): unknown => JSON.parse(line))).toMatchObject([{ action: "run-migration", runId: 1 }]);
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("failed");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByText("There is no such event.")).toBeVisible();
  for (const odd of [
    "before=0",
    "before=x",
    "run=-1",
    "outcome=x",
    "from=x",
    "actor=%00",
    `action=${"x".repeat(300)}`,
  ]) {
    await page.goto(`/audit?${odd}`);
    await expect(page.getByRole("row").nth(1)).toBeVisible();
  }
});
