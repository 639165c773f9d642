import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { expect, test } from "vitest";
import type { z } from "zod";
import { createProgram } from "@/lib/cli/program";
import * as contract from "@/lib/contract";

const text = await readFile(new URL("../../docs/cli.md", import.meta.url), "utf8");
const program = createProgram(() => async () => {});

/** Every command by its whole name. */
const commands = program.commands.flatMap((command): [string, Command][] =>
  command.commands.length === 0
    ? [[command.name(), command]]
    : command.commands.map((inner) => [`${command.name()} ${inner.name()}`, inner]),
);

/** The text under `### heading`, for each of the comma-separated names of the heading. */
const sections = new Map(
  text.split(/^### /m).flatMap((section) => {
    const heading = section.slice(0, section.indexOf("\n"));
    return heading.split(", ").map((name): [string, string] => [name, section.split(/^## /m)[0] ?? ""]);
  }),
);

const examples = [...text.matchAll(/^```(jsonl?) schema=(\w+)\n(.*?)^```$/gms)].map(([, kind, schema, body]) => ({
  schema: schema ?? "",
  values: kind === "jsonl" ? (body ?? "").trim().split("\n") : [body ?? ""],
}));

test.each(examples.map((example, index) => [index + 1, example.schema, example] as const))(
  "example %d holds to the shape %s",
  (_, name, { values }) => {
    const schema = (contract as unknown as Record<string, z.ZodType>)[name];
    for (const value of values) {
      const parsed: unknown = JSON.parse(value);
      expect(schema?.parse(parsed)).toEqual(parsed);
    }
  },
);

test("every shape that a command prints has an example", () => {
  const named = [...text.matchAll(/^- `--json`: `(\w+)`/gm)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(8);
  const shown = examples.map(({ schema }) => schema);
  for (const name of [...named, "resetPreviewEvent", "refusal"]) expect(shown).toContain(name);
});

test.each(commands)("%s is documented with every option", (name, command) => {
  for (const option of command.options) expect(sections.get(name)).toContain(`- \`${option.flags}\`: `);
});

test("nothing is documented that does not exist", () => {
  const headings = text.slice(text.indexOf("## Commands")).matchAll(/^### (.*)$/gm);
  const documented = [...headings].flatMap(([, heading]) => heading?.split(", ") ?? []);
  expect(documented.sort()).toEqual(commands.map(([name]) => name).sort());
  for (const [name, command] of commands) {
    const flags = [...(sections.get(name) ?? "").matchAll(/^- `(--[^`]+)`: /gm)].map(([, flag]) => flag);
    expect(flags.sort()).toEqual(command.options.map((option) => option.flags).sort());
  }
});
