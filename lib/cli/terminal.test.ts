import { expect, test } from "vitest";
import { createTerminal } from "@/lib/cli/terminal";
import { aStream } from "@/lib/testing/captured-stream";

/** What a screen of `width` shows after `text`: only what a foot needs of a terminal. */
function toScreen(text: string): string[] {
  const lines = [""];
  let row = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that are obeyed
  for (const part of text.match(/\u001b\[\d*[AJ]|\r|\n|[^\u001b\r\n]+/g) ?? []) {
    if (part === "\n") row += 1;
    else if (part.endsWith("A") && part.startsWith("\u001b")) row -= Number(part.slice(2, -1));
    else if (part === "\u001b[J") lines.length = row;
    else if (part !== "\r") lines[row] = (lines[row] ?? "") + part;
    lines[row] ??= "";
  }
  return lines;
}

function aTerminal() {
  // Both are the same window.
  const screen = aStream(true);
  const terminal = createTerminal({ isJson: false, stdout: screen, stderr: screen });
  return { terminal, lines: () => toScreen(screen.text()) };
}

test("what is printed stands above the foot, and the foot stays", () => {
  const { terminal, lines } = aTerminal();
  terminal.foot(["one", "two"]);
  terminal.line("first");
  terminal.note("second");
  expect(lines()).toEqual(["first", "second", "one", "two"]);
});

test("a foot replaces the one before, whatever their heights, and null clears it", () => {
  const { terminal, lines } = aTerminal();
  terminal.foot(["one", "two", "three"]);
  terminal.foot("one");
  expect(lines()).toEqual(["one"]);
  terminal.foot(["one", "two"]);
  terminal.foot(null);
  terminal.line("done");
  expect(lines()).toEqual(["done", ""]);
});

test("a line of the foot never wraps", () => {
  const { terminal, lines } = aTerminal();
  terminal.foot("x".repeat(200));
  expect(lines()).toEqual(["x".repeat(79)]);
});
