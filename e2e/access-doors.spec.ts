import {
  askAccess,
  callAction,
  PASSWORD,
  readAction,
  readActions,
  readAddresses,
  readContent,
  signInAs,
  toPath,
} from "@/e2e/doors";
import { expect, test } from "@/e2e/fixtures";
import { expectGoodLooks } from "@/e2e/looks";
import { send } from "@/e2e/raw-request";
import { expectStatus, startMigration } from "@/e2e/run-page";
import { includesRole, ROLES, type Role } from "@/lib/contract";
import { openClient } from "@/lib/db/client";

/** Every server action there is, and the least role that may call it. */
const ACTIONS: Record<string, Role> = {
  runMigration: "operator",
  catchUp: "operator",
  pauseRun: "operator",
  resumeRun: "operator",
  cancelRun: "operator",
  setRunSpeed: "operator",
  retrySetAside: "operator",
  previewReset: "admin",
  confirmReset: "admin",
  previewBlocker: "operator",
  endBlocker: "admin",
  measureGates: "operator",
  addOperator: "admin",
  resetOperatorPassword: "admin",
  setOperatorRole: "admin",
  setOperatorDisabled: "admin",
  endOperatorSessions: "admin",
};

/** Do something at once, without being told what: called only where they are refused. */
const WITHOUT_INPUT = ["catchUp", "retrySetAside", "previewReset", "measureGates"];

/**
 * Handlers that open without a session: probes, metrics, which have a token of their own on a network, and signing in itself, whose
 * doors each count attempts.
 */
const OPEN_ROUTES = ["/api/health", "/api/ready", "/api/metrics", "/api/auth/[...path]"];
const OPEN_PAGES = ["/sign-in", "/sign-in/link"];

/** Pages that not every role sees. */
const PAGES: Record<string, Role> = { "/operators": "admin" };

test("S1: every action, handler, stream and page refuses whoever is not signed in, and changes nothing", async ({
  console,
}) => {
  const { baseURL } = console;
  await console.query(
    "insert into tidemark.runs (kind, status, started_by) values ('migrate', 'succeeded', 'tess@example.org')",
  );
  const before = await readContent(console);
  const actions = readActions();
  expect([...actions.keys()].sort()).toEqual(Object.keys(ACTIONS).sort());
  for (const cookie of ["", "tidemark.session_token=forged.forged"]) {
    for (const [name, action] of actions) {
      const { text } = await callAction(baseURL, action, cookie, WITHOUT_INPUT.includes(name) ? [] : [{ runId: 1 }]);
      expect(`${name}: ${text}`).toContain('"code":"unauthenticated"');
    }
    for (const address of readAddresses("route").filter((one) => one.startsWith("/api/"))) {
      const { status } = await send(baseURL, { path: toPath(address), headers: { cookie } });
      const isOpen = OPEN_ROUTES.includes(address);
      expect(`${address} ${status}`).toBe(`${address} ${isOpen ? (address.includes("...") ? 404 : 200) : 401}`);
    }
    for (const address of readAddresses("page")) {
      const { status, headers, text } = await send(baseURL, { path: toPath(address), headers: { cookie } });
      if (OPEN_PAGES.includes(address)) {
        expect(`${address} ${status}`).toBe(`${address} 200`);
        expect(text).not.toContain(new URL(console.target.connectionString).pathname.slice(1));
      } else {
        expect(`${address} ${status} ${headers.location}`).toMatch(/ 307 \/sign-in\?next=/);
        expect(`${address}: ${await readParts(baseURL, toPath(address), cookie)}`).not.toContain(
          new URL(console.target.connectionString).pathname.slice(1),
        );
      }
    }
  }
  expect(await readContent(console)).toEqual(before);
});

test("S2: each role may do what it includes and nothing else, whatever the page shows", async ({ console }) => {
  const { baseURL } = console;
  const actions = readActions();
  for (const role of ROLES) {
    const cookie = await signInAs(console, role);
    const before = await readContent(console);
    for (const [name, action] of actions) {
      const isAllowed = includesRole(role, ACTIONS[name] ?? "admin");
      if (isAllowed && WITHOUT_INPUT.includes(name)) continue;
      // Nonsense: whoever may is told so by the door behind the guard.
      const { text } = await callAction(baseURL, action, cookie, [{}]);
      expect(`${role} ${name}: ${text.includes('"code":"forbidden"')}`).toBe(`${role} ${name}: ${!isAllowed}`);
    }
    for (const address of readAddresses("page").filter((one) => !OPEN_PAGES.includes(one))) {
      const { status, text } = await send(baseURL, { path: toPath(address), headers: { cookie } });
      if (status !== 200) continue;
      const isRefused = text.includes("Your role does not include this");
      expect(`${role} ${address}: ${isRefused}`).toBe(
        `${role} ${address}: ${!includesRole(role, PAGES[address] ?? "viewer")}`,
      );
    }
    expect(await readContent(console)).toEqual(before);
  }
});

test("S2: a role that is taken away is gone with the next request, and a confirmation after five minutes", async ({
  console,
}) => {
  const { baseURL } = console;
  const operator = await signInAs(console, "operator");
  const pause = async () => (await callAction(baseURL, readAction("pauseRun"), operator, [{ runId: 1 }])).text;
  expect(await pause()).not.toContain('"forbidden"');
  await console.query("update tidemark.operators set role = 'viewer' where email = 'operator@example.org'");
  expect(await pause()).toContain('"code":"forbidden"');

  const cookie = await signInAs(console, "admin", "second@example.org");
  const input = [{ confirm: "no such name", token: "none", expect: "none", dropsDependents: false }];
  const reset = async () => (await callAction(baseURL, readAction("confirmReset"), cookie, input)).text;
  expect(await reset()).not.toContain('"code":"unconfirmed"');
  await console.query("update tidemark.sessions set confirmed_at = confirmed_at - interval '5 minutes 1 second'");
  expect(await reset()).toContain('"code":"unconfirmed"');
  expect((await askAccess(baseURL, "confirm", { proof: "something else" }, { cookie })).status).toBe(403);
  expect(await reset()).toContain('"code":"unconfirmed"');
  expect((await askAccess(baseURL, "confirm", { proof: PASSWORD }, { cookie })).status).toBe(200);
  expect(await reset()).not.toContain('"code":"unconfirmed"');
});

test("S2: whoever may not act sees every button in its place, and why it does nothing", async ({ page, console }) => {
  const become = async (role: Role) => {
    await console.query("update tidemark.operators set role = $1", [role]);
    await page.reload();
  };
  const why = "Your role, viewer, does not include this: it takes an operator.";
  await page.goto("/plan");
  await become("viewer");
  const start = page.getByRole("button", { name: "Run migration" });
  await expect(start).toHaveAccessibleDescription(why);
  await page.goto("/");
  await expect(start).toHaveAttribute("aria-disabled", "true");
  await expect(start).toHaveAccessibleDescription(why);
  await expect(page.getByRole("button", { name: "Reset to v15…" })).toHaveAccessibleDescription(/it takes an admin/);
  await expectGoodLooks(page);
  await start.click({ force: true });
  expect(await console.query("select from tidemark.runs")).toHaveLength(0);

  await become("operator");
  const holder = await openClient(console.target, "nightly report");
  await holder.query("begin; lock table public.session_summaries in access share mode");
  await startMigration(page);
  const terminate = page.getByRole("button", { name: "Terminate this session…" });
  await expect(terminate).toHaveAccessibleDescription("Your role, operator, does not include this: it takes an admin.");
  await page.getByRole("button", { name: "Pause" }).click();
  await expectStatus(page, "paused");

  await become("viewer");
  await expect(page.getByRole("button", { name: "Resume" }).first()).toHaveAccessibleDescription(why);
  await expect(page.getByRole("button", { name: "Cancel run…" })).toHaveAccessibleDescription(why);
  await expect(page.getByRole("combobox", { name: "Workers" })).toBeDisabled();
  await expectGoodLooks(page);
  await page.keyboard.press("p");
  await page.keyboard.press("Control+k");
  const resume = page.getByRole("option", { name: "Resume run 1" });
  await expect(resume).toContainText(why);
  await expect(resume).toHaveAttribute("aria-disabled", "true");
  expect(await console.query("select status, wish from tidemark.runs")).toEqual([{ status: "paused", wish: "hold" }]);
  await holder.end();
});

/** What the router of a page already open gets of another page: Next sends it on once, to the address with its own mark. */
async function readParts(baseURL: string, path: string, cookie: string): Promise<string> {
  const headers = { cookie, rsc: "1" };
  const { headers: first } = await send(baseURL, { path, headers });
  const marked = new URL(String(first.location ?? path), baseURL);
  const { status, text } = await send(baseURL, { path: `${marked.pathname}${marked.search}`, headers });
  expect(`${path} ${status}`).toBe(`${path} 200`);
  expect(text).toContain("NEXT_REDIRECT");
  return text;
}
