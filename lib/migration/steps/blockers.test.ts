import { expect, test } from "vitest";
import { describeBlocker, withoutLiterals } from "@/lib/migration/steps/blockers";

test.each([
  ["select * from t where password = 'secret' and n = 42", "select * from t where password = '…' and n = …"],
  ["select 'it''s secret', $tag$secret$tag$, $$secret$$", "select '…', '…', '…'"],
  ["insert into t values (1, 'cut off sec", "insert into t values (…, '…'"],
  ["update  t\n set a = $1", "update t set a = $1"],
])("shows the statement of others without its literals: %s", (query, shown) => {
  expect(withoutLiterals(query)).toBe(shown);
});

test("shortens a long statement", () => {
  expect(withoutLiterals(`select ${"a, ".repeat(200)}b`)).toHaveLength(121);
});

test("names a blocker with what is known of it", () => {
  const blocker = { pid: 7, user: "cowrie", application: null, state: "idle in transaction", since: null, query: null };
  expect(describeBlocker(blocker)).toBe("waiting for pid 7 (user cowrie, idle in transaction)");
});
