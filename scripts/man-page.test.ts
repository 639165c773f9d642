import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { listCommands } from "@/lib/cli/command-tree";
import { createProgram } from "@/lib/cli/program";
import { reasonToSkip } from "@/lib/testing/debian-package";
import { toManPage } from "@/scripts/man-page";

const page = toManPage();

test("has every command with every option, the settings and the exit codes", () => {
  for (const { name, options } of listCommands(createProgram(() => async () => {}))) {
    expect(page).toContain(`.SS tidemark ${name.replaceAll("-", "\\-")} `);
    for (const { flags } of options) expect(page).toContain(`.B ${flags.replaceAll("-", "\\-")}\n`);
  }
  expect(page).toContain(".B TIDEMARK_PARALLELISM\n");
  expect(page).toMatch(/\.B 130\nstopped by SIGINT or SIGTERM/);
});

test.skipIf(reasonToSkip("mandoc", "mandoc"))("is understood by a formatter without a complaint", () => {
  const { stdout, stderr } = spawnSync("mandoc", ["-T", "lint", "-W", "warning"], { input: page, encoding: "utf8" });
  // It has no date: the same sources make the same page on any day.
  const complaints = `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !line.includes("missing date"));
  expect(complaints).toEqual([]);
});
