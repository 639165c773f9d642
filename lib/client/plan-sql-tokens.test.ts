import { expect, test } from "vitest";
import { toSqlTokens } from "@/lib/client/plan-sql-tokens";

const marked = (sql: string) =>
  toSqlTokens(sql)
    .filter(({ kind }) => kind !== "plain")
    .map(({ kind, text }) => `${kind}: ${text.trimEnd()}`);

test("tells keywords from names that contain or quote them", () => {
  expect(marked(`CREATE index idx_select ON public."table" (tableau)`)).toEqual([
    "keyword: CREATE index",
    "keyword: ON",
  ]);
});

test("ends a string where PostgreSQL ends it", () => {
  expect(marked(String.raw`'it''s' 'C:\' E'it\'s' x`)).toEqual([String.raw`string: 'it''s' 'C:\' E'it\'s'`]);
});

test("reads the body of a function as SQL, and a comment to its end", () => {
  expect(marked("as $body$ select 1 -- it's\n$body$ /* two\nlines */")).toEqual([
    "keyword: as",
    "string: $body$",
    "keyword: select",
    "number: 1",
    "comment: -- it's",
    "string: $body$",
    "comment: /* two\nlines */",
  ]);
});

test.each(["", "select 'open", "'", "$$", "e'\\", "\u{1f41d} select 1;\n\n", '"never closed'])(
  "gives back every character of %j",
  (sql) => {
    expect(
      toSqlTokens(sql)
        .map(({ text }) => text)
        .join(""),
    ).toBe(sql);
  },
);
