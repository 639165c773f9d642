import { expect, test } from "vitest";
import { operatorChange, operatorLink, operatorList } from "@/lib/contract";
import { aCowrieDatabase, aDatabase } from "@/lib/testing/database";
import { executeTidemark } from "@/lib/testing/tidemark-command";

test("S25: operators are added, listed, disabled and let in again; the last admin stays, and the audit tells of all", async () => {
  const database = await aCowrieDatabase();
  const environment = { DATABASE_URL: database.target.connectionString };
  const run = async (...args: string[]) => {
    const { exitCode, stdout } = await executeTidemark(["operator", ...args, "--json"], environment);
    return { exitCode, value: JSON.parse(stdout) as unknown };
  };
  const added = operatorLink.strict().parse((await run("add", "Anna@Example.org", "--role", "admin")).value);
  expect(added.operator).toMatchObject({ email: "anna@example.org", role: "admin", hasPassword: false });
  expect(added.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\/link#[\w-]{43}$/);
  expect((await run("add", "anna@example.org")).exitCode).toBe(2);
  expect((await run("add", "no address")).exitCode).toBe(2);
  await run("add", "bert@example.org");

  const again = operatorLink.parse((await run("reset-password", "anna@example.org")).value);
  expect(again.link).not.toBe(added.link);
  // The link before is worth nothing any more, and none is kept as it is.
  const links = await database.query<{ digest: string }>("select digest from tidemark.sign_in_links");
  expect(links).toHaveLength(2);
  expect(JSON.stringify(links)).not.toContain(again.link.split("#")[1]);

  expect((await run("disable", "anna@example.org")).exitCode).toBe(2);
  const disabled = operatorChange.strict().parse((await run("disable", "bert@example.org")).value);
  expect(disabled.operator.disabledAt).not.toBeNull();
  expect(
    operatorChange.parse((await run("disable", "bert@example.org", "--undo")).value).operator.disabledAt,
  ).toBeNull();
  const { operators } = operatorList.strict().parse((await run("list")).value);
  expect(operators.map(({ email, role }) => [email, role])).toEqual([
    ["anna@example.org", "admin"],
    ["bert@example.org", "operator"],
  ]);

  const audit = await database.query<{ line: string; isNamed: boolean }>(
    `select action || ' ' || outcome || ' ' || detail as line, actor ~ '^cli as .' and address <> '' as "isNamed"
     from tidemark.audit_events order by id`,
  );
  expect(audit.every(({ isNamed }) => isNamed)).toBe(true);
  expect(audit.map(({ line }) => line)).toEqual([
    "add-operator done Anna@Example.org as admin",
    expect.stringMatching(/^add-operator refused anna@example.org as operator: /),
    expect.stringMatching(/^add-operator refused no address as operator: /),
    "add-operator done bert@example.org as operator",
    "reset-password done anna@example.org",
    expect.stringMatching(/^disable-operator refused anna@example.org disabled: /),
    "disable-operator done bert@example.org disabled",
    "disable-operator done bert@example.org enabled",
  ]);
});

test("a database that the console cannot work on has no operators, and none is added", async () => {
  const database = await aDatabase();
  const environment = { DATABASE_URL: database.target.connectionString };
  expect((await executeTidemark(["operator", "add", "anna@example.org"], environment)).exitCode).toBe(4);
  expect(await database.query("select from pg_catalog.pg_namespace where nspname = 'tidemark'")).toEqual([]);
});
