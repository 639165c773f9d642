import { expect, onTestFinished, test } from "vitest";
import { closePools } from "@/lib/db/pool";
import { keepPasswordOf, keepSecret, redact, redactOutput, redactSecrets } from "@/lib/redact";
import { aStream } from "@/lib/testing/captured-stream";
import { aDatabase } from "@/lib/testing/database";
import { executeTidemark } from "@/lib/testing/tidemark-command";

test.each([
  ["postgres://cowrie:canary@db:5432/cowrie", "postgres://cowrie:***@db:5432/cowrie"],
  ["postgres://cowrie:can@ary@db/cowrie", "postgres://cowrie:***@db/cowrie"],
  ["postgresql://:canary@/cowrie", "postgresql://:***@/cowrie"],
  ["postgres://cowrie:%63anary@[::1]/cowrie?sslmode=off", "postgres://cowrie:***@[::1]/cowrie?sslmode=off"],
  ["host=db password=canary user=cowrie", "host=db password=*** user=cowrie"],
  ["host=db password='can ary' user=cowrie", "host=db password=*** user=cowrie"],
  ["postgres://db/cowrie?user=cowrie&password=canary&x=1", "postgres://db/cowrie?user=cowrie&password=***&x=1"],
  ["dblink('dbname=x PASSWORD = canary', 'select 1')", "dblink('dbname=x PASSWORD = ***', 'select 1')"],
  ["postgres://cowrie:can/ar#y?x@db/cowrie", "postgres://cowrie:***@db/cowrie"],
])("S22: masks the password of %s", (text, masked) => {
  expect(redact(text)).toBe(masked);
});

test("S22: leaves text without a password as it is", () => {
  const text = "Created idx_session_source_ip at 12:30:00 on cowrie@db (see https://example.org/a:b@c)";
  expect(redact(text)).toBe(text);
});

test("S22: masks a secret wherever it turns up, however it is spelled", () => {
  const secret = 'Canary/9 "7f3a"';
  keepSecret(secret);
  for (const text of [secret, encodeURIComponent(secret), JSON.stringify(secret)]) {
    expect(redact(`before ${text} after`)).toMatch(/^before "?\*\*\*"? after$/);
    expect(redactSecrets(`before ${text} after`)).toMatch(/^before "?\*\*\*"? after$/);
  }
  keepPasswordOf("postgres://cowrie:Canary%2D5d2b@db/cowrie");
  expect(redact("password authentication: Canary-5d2b, Canary%2D5d2b")).toBe("password authentication: ***, ***");
});

test("S22: a password that is the name of something else hides no names", () => {
  keepPasswordOf("postgres://postgres:postgres@db/honeypot");
  keepPasswordOf("postgres://cowrie:honeypot@db/honeypot");
  expect(redact("database honeypot, role postgres")).toBe("database honeypot, role postgres");
});

test("S22: whatever a process prints is masked, text or bytes", () => {
  keepSecret("Canary-e11a");
  const stream = aStream() as unknown as NodeJS.WriteStream & { text(): string };
  redactOutput([stream]);
  stream.write("one Canary-e11a\n");
  stream.write(Buffer.from("two postgres://a:b-secret@c/d\n"));
  expect(stream.text()).toBe("one ***\ntwo postgres://a:***@c/d\n");
});

const CANARY = "Canary-4b8e";

test.each([
  ["a URL with a wrong password", (url: URL) => Object.assign(url, { password: CANARY }).href],
  ["a URL whose password is percent-encoded", (url: URL) => url.href.replace(/:[^:@]+@/, ":%43anary-4b8e%21@")],
  ["a libpq key=value string", (url: URL) => `host=${url.hostname} port=${url.port} password=${CANARY} dbname=cowrie`],
  ["a malformed URL", () => `postgres://cowrie:${CANARY}/#@db:port/cowrie`],
  ["a password in the query", (url: URL) => `postgres://${url.host}/postgres?user=nobody&password=${CANARY}`],
  ["a host that has no address", () => `postgres://cowrie:${CANARY}@nowhere.invalid/cowrie`],
])("S22: %s is refused without its password", async (_shape, write) => {
  onTestFinished(closePools);
  const { target } = await aDatabase();
  for (const args of [["status"], ["status", "--json"], ["migrate"], ["logs", "1"]]) {
    const { exitCode, stdout, stderr } = await executeTidemark(args, {
      DATABASE_URL: write(new URL(target.connectionString)),
    });
    expect([2, 4]).toContain(exitCode);
    expect(stdout + stderr).not.toMatch(/Canary|%43anary|4b8e/);
  }
});
