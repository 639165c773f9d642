import { expect, test } from "vitest";
import { type KeyPress, PAGES, readKey, SHORTCUTS } from "@/lib/client/shortcuts";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  ...{ key, isCommand: false, isChord: false, isTyping: false, isDialogOpen: false },
  ...more,
});
const on = { isSecond: false, areOn: true };

test("g and a letter lead to a page, and another letter nowhere", () => {
  expect(readKey(press("g"), on)).toEqual({ command: null, isFirst: true });
  expect(readKey(press("s"), { ...on, isSecond: true })).toEqual({ command: { href: "/schema" }, isFirst: false });
  expect(readKey(press("z"), { ...on, isSecond: true })).toEqual({ command: null, isFirst: false });
  expect(readKey(press("s"), on)).toEqual({ command: null, isFirst: false });
});

test.each([
  ["switched off", {}, false],
  ["typed", { isTyping: true }, true],
  ["part of a chord", { isChord: true }, true],
  ["pressed in a dialog", { isDialogOpen: true }, true],
] as const)("a key without a modifier does nothing when %s", (_when, more, areOn) => {
  expect(readKey(press("?", more), { isSecond: false, areOn })).toEqual({ command: null, isFirst: false });
  expect(readKey(press("s", more), { isSecond: true, areOn })).toEqual({ command: null, isFirst: false });
});

test("the palette opens while somebody types, and with single keys switched off", () => {
  const chord = press("K", { isCommand: true, isChord: true, isTyping: true });
  expect(readKey(chord, { isSecond: false, areOn: false }).command).toEqual({ open: "palette" });
  expect(readKey({ ...chord, isDialogOpen: true }, on).command).toBeNull();
});

test("no two pages share a key, and the list names every key once", () => {
  expect(new Set(PAGES.map(({ key }) => key)).size).toBe(PAGES.length);
  const listed = SHORTCUTS.flatMap(({ shortcuts }) => shortcuts.map(({ keys }) => keys));
  expect(listed).toEqual(expect.arrayContaining(PAGES.map(({ key }) => `g ${key}`)));
  for (const { shortcuts } of SHORTCUTS) expect(new Set(shortcuts.map(({ keys }) => keys)).size).toBe(shortcuts.length);
});

test("? alone lists the keys, and after g it leads to the page that explains everything", () => {
  expect(readKey(press("?"), on).command).toEqual({ open: "help" });
  expect(readKey(press("?"), { ...on, isSecond: true }).command).toEqual({ href: "/help" });
});
