import { expect, test } from "vitest";
import { redact } from "@/lib/redact";

test.each([
  ["postgres://cowrie:canary@db:5432/cowrie", "postgres://cowrie:***@db:5432/cowrie"],
  ["postgres://cowrie:can@ary@db/cowrie", "postgres://cowrie:***@db/cowrie"],
  ["postgresql://:canary@/cowrie", "postgresql://:***@/cowrie"],
  ["postgres://cowrie:%63anary@[::1]/cowrie?sslmode=off", "postgres://cowrie:***@[::1]/cowrie?sslmode=off"],
  ["host=db password=canary user=cowrie", "host=db password=*** user=cowrie"],
  ["host=db password='can ary' user=cowrie", "host=db password=*** user=cowrie"],
  ["postgres://db/cowrie?user=cowrie&password=canary&x=1", "postgres://db/cowrie?user=cowrie&password=***&x=1"],
  ["dblink('dbname=x PASSWORD = canary', 'select 1')", "dblink('dbname=x PASSWORD = ***', 'select 1')"],
])("masks the password of %s", (text, masked) => {
  expect(redact(text)).toBe(masked);
});

test("leaves text without a password as it is", () => {
  const text = "Created idx_session_source_ip at 12:30:00 on cowrie@db (see https://example.org/a:b@c)";
  expect(redact(text)).toBe(text);
});
