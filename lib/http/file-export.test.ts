import { expect, test } from "vitest";
import { AUDIT_FORMATS } from "@/lib/audit/audit-export";
import type { AuditEvent } from "@/lib/contract";
import { toByteStream, toCsvLine, toFileText, toJsonLine } from "@/lib/http/file-export";

test.each([
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  [" =1", "' =1"],
  ["\t=1", "'\t=1"],
  ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ["a,b", '"a,b"'],
  ["a\r\nb", '"a\r\nb"'],
  ["\u202eevil\u001b[31m", "\ufffdevil\ufffd[31m"],
  ["plain", "plain"],
])("S18: the cell %j is written as %j, which no spreadsheet executes", (text, cell) => {
  expect(toCsvLine([text, null, 7])).toBe(`${cell},,7\r\n`);
});

test("S18: a line of JSON is exact and holds nothing that a screen would obey", () => {
  const hostile = { text: "\u001b[31m\u202e\u0000\u2028\u200b\n=1\u009b</script>" };
  const line = toJsonLine(hostile);
  expect(line).toMatch(/^[\x20-\x7e]*\n$/);
  expect(JSON.parse(line)).toEqual(hostile);
});

test("S18: an exported event of the audit is no formula in any of its cells", async () => {
  const formula = "=cmd|' /C calc'!A0";
  const event: AuditEvent = {
    ...{ id: 1, at: "2026-01-01T00:00:00.000Z", role: null, runId: null, outcome: "refused" },
    ...{ actor: formula, address: formula, action: formula, detail: formula, confirmation: formula },
  };
  async function* chunks() {
    yield [event];
  }
  let text = "";
  for await (const chunk of toFileText(AUDIT_FORMATS.csv, chunks())) text += chunk;
  const [head, record] = text.split("\r\n");
  expect(head).toBe("id,at,actor,role,address,action,runId,outcome,detail,confirmation");
  expect(record?.split(",").filter((cell) => cell.startsWith("="))).toEqual([]);
  expect(record?.split(",").filter((cell) => cell.startsWith("'="))).toHaveLength(5);
});

test("a reader that goes away ends the reading, also of what was read last", async () => {
  let isEnded = false;
  async function* endless() {
    try {
      for (;;) yield "x\n";
    } finally {
      isEnded = true;
    }
  }
  const chunks = endless();
  const reader = toByteStream(await chunks.next(), chunks).getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("x\n");
  await reader.cancel();
  expect(isEnded).toBe(true);
});

test("a stream holds the first chunk and all after it, once", async () => {
  async function* three() {
    yield* ["a", "b", "c"];
  }
  const chunks = three();
  expect(await new Response(toByteStream(await chunks.next(), chunks)).text()).toBe("abc");
});
