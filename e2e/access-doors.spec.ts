import {
  askAccess,
  callAction,
  PASSWORD,
  readAction,
  readActions,
  readAddresses,
  readContent,
  send,
  signInAs,
  toPath,
} from "@/e2e/doors";
import { expect, test } from "@/e2e/fixtures";
import { includesRole, ROLES, type Role } from "@/lib/contract";

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

/** Pages that not every role sees: who signs in from where, and who may. */
const PAGES: Record<string, Role> = { "/audit": "operator", "/operators": "admin" };

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

test("S2: a role that is taken away is gone with the next request", async ({ console }) => {
  const cookie = await signInAs(console, "operator");
  const pause = readAction("pauseRun");
  expect((await callAction(console.baseURL, pause, cookie, [{ runId: 1 }])).text).not.toContain('"forbidden"');
  await console.query("update tidemark.operators set role = 'viewer' where email = 'operator@example.org'");
  expect((await callAction(console.baseURL, pause, cookie, [{ runId: 1 }])).text).toContain('"code":"forbidden"');
});

test("S2: a reset wants the password again once five minutes are over", async ({ console }) => {
  const { baseURL } = console;
  const cookie = await signInAs(console, "admin", "second@example.org");
  const reset = readAction("confirmReset");
  const input = [{ confirm: "no such name", token: "none", expect: "none", dropsDependents: false }];
  const call = async () => (await callAction(baseURL, reset, cookie, input)).text;
  expect(await call()).not.toContain('"code":"unconfirmed"');
  await console.query("update tidemark.sessions set confirmed_at = confirmed_at - interval '5 minutes 1 second'");
  expect(await call()).toContain('"code":"unconfirmed"');
  expect((await askAccess(baseURL, "confirm", { proof: "something else" }, { cookie })).status).toBe(403);
  expect(await call()).toContain('"code":"unconfirmed"');
  expect((await askAccess(baseURL, "confirm", { proof: PASSWORD }, { cookie })).status).toBe(200);
  expect(await call()).not.toContain('"code":"unconfirmed"');
});
