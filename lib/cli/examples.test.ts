import { expect, test } from "vitest";
import { listCommands } from "@/lib/cli/command-tree";
import { EXAMPLES } from "@/lib/cli/examples";
import { createProgram } from "@/lib/cli/program";
import { executeTidemark } from "@/lib/testing/tidemark-command";

const lines = Object.values(EXAMPLES).flatMap((examples) => examples.map(([line]) => line));

test("every command has an example of itself, and nothing else has one", () => {
  const names = listCommands(createProgram(() => async () => {})).map(({ name }) => name);
  expect(Object.keys(EXAMPLES).sort()).toEqual(["", ...names].sort());
  for (const name of names) for (const [line] of EXAMPLES[name] ?? []) expect(`${line} `).toMatch(`${name} `);
});

test.each(lines)("the command line takes %j", async (line) => {
  let isTaken = false;
  const program = createProgram(() => async () => {
    isTaken = true;
  });
  await program.parseAsync(line.split(" "), { from: "user" });
  expect(isTaken).toBe(true);
});

test("help shows them", async () => {
  const { stdout } = await executeTidemark(["migrate", "--help"]);
  expect(stdout).toMatch(/Examples:\n {2}tidemark migrate .*\n/);
  expect((await executeTidemark(["--help"])).stdout).toContain("Exit codes:");
});
