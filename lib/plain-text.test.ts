import { expect, test } from "vitest";
import { toDisplayText, toPlainLine } from "@/lib/plain-text";

test.each([
  ["\u001b[31mred\u001b]0;title\u0007", "␛[31mred␛]0;title␇"],
  ["two\r\nlines\tand a \u0000", "two␍␊lines␉and a ␀"],
  ["\u009b31m \u007f", "<U+009B>31m ␡"],
  ["evil\u202egnp.exe", "evil<U+202E>gnp.exe"],
  ["in\u200bvisible\ufeff", "in<U+200B>visible<U+FEFF>"],
  ["Zürich 東京 → ok", "Zürich 東京 → ok"],
])("S18: shows %j as %s", (text, shown) => {
  expect(toPlainLine(text)).toBe(shown);
});

test.each([
  ["two\r\nlines\tkept", "two␍\nlines\tkept"],
  ["evil\u202etxt.exe", "evil<U+202E>txt.exe"],
  ["</script><img src=x onerror=alert(1)>", "</script><img src=x onerror=alert(1)>"],
])("S18: shows %j as several lines that stay where they are", (text, shown) => {
  expect(toDisplayText(text)).toBe(shown);
});

test("S18: keeps the lines of SQL and nothing else that a terminal obeys", () => {
  expect(toDisplayText('select 1,\n\t"\u001b[2J"')).toBe('select 1,\n\t"␛[2J"');
});
