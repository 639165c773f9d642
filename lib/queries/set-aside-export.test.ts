import { expect, test } from "vitest";
import { toFileText } from "@/lib/http/file-export";
import type { SetAsideEntry } from "@/lib/migration";
import { SET_ASIDE_FORMATS } from "@/lib/queries/set-aside-export";

const entry = (value: string | null, key = "a"): SetAsideEntry => ({
  table: "session_summaries",
  key,
  field: "snapshot_asn",
  reason: "asn-unreadable",
  value,
  runId: 7,
});

async function exported(format: keyof typeof SET_ASIDE_FORMATS, ...chunks: SetAsideEntry[][]): Promise<string> {
  async function* give() {
    yield* chunks;
  }
  let text = "";
  for await (const chunk of toFileText(SET_ASIDE_FORMATS[format], give())) text += chunk;
  return text;
}

/** The fifth cell of each record after the head. */
async function csvValues(values: (string | null)[]): Promise<string[]> {
  const text = await exported(
    "csv",
    values.map((value) => entry(value)),
  );
  const prefix = "session_summaries,a,snapshot_asn,asn-unreadable,";
  return text
    .split(/,7\r\n/)
    .slice(0, -1)
    .map((record) => record.slice(record.indexOf(prefix) + prefix.length));
}

test("a CSV cell is a record's text and never a formula", async () => {
  const cells: [value: string | null, cell: string][] = [
    ["four", "four"],
    [null, ""],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["\r=1", '"\'\r=1"'],
    ["\n=1", '"\'\n=1"'],
    [" =1", "' =1"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ["a,b", '"a,b"'],
    ['a"b', '"a""b"'],
    ["a\r\nb", '"a\r\nb"'],
    ["1=1", "1=1"],
    ["\u202eevil\u0085\u001b[31m", "\ufffdevil\ufffd\ufffd[31m"],
  ];
  expect(await csvValues(cells.map(([value]) => value))).toEqual(cells.map(([, cell]) => cell));
});

test("a CSV begins with its head, also where nothing is listed", async () => {
  expect(await exported("csv")).toBe("table,key,field,reason,value,run\r\n");
  expect(await exported("csv", [entry("x")], [entry("y", "b")])).toBe(
    "table,key,field,reason,value,run\r\n" +
      "session_summaries,a,snapshot_asn,asn-unreadable,x,7\r\nsession_summaries,b,snapshot_asn,asn-unreadable,y,7\r\n",
  );
});

test("NDJSON is one object a line, exact, with nothing in it that a screen would obey", async () => {
  const hostile = "\u001b[31m\u202e\u0000\u2028\u200b\n=1\u009b";
  const text = await exported("ndjson", [entry(hostile, hostile)], [entry(null)]);
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  const [first, second, last] = text.split("\n");
  const expected = { table: "session_summaries", field: "snapshot_asn", reason: "asn-unreadable", run: 7 };
  expect(JSON.parse(first ?? "")).toEqual({ ...expected, key: hostile, value: hostile });
  expect(JSON.parse(second ?? "")).toEqual({ ...expected, key: "a", value: null });
  expect(last).toBe("");
});
