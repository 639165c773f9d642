import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { toCompletion } from "@/lib/cli/completion";
import { createProgram } from "@/lib/cli/program";
import { completionScript } from "@/lib/contract";
import { reasonToSkip } from "@/lib/testing/debian-package";
import { executeTidemark } from "@/lib/testing/tidemark-command";

const program = createProgram(() => async () => {});

function aScript(shell: "bash" | "zsh" | "fish"): string {
  const folder = mkdtempSync(path.join(tmpdir(), "tidemark-completion-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "_tidemark");
  writeFileSync(file, toCompletion(program, shell));
  return file;
}

function run(command: string, parameters: string[]): string[] {
  const { stdout, stderr } = spawnSync(command, parameters, { encoding: "utf8", cwd: tmpdir() });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((line) => line !== "");
}

/** Lines as they are typed; the last word is the one that Tab is pressed at. */
const TYPED: [line: string, offered: string[], not: string[]][] = [
  ["tidemark st", ["status"], ["migrate"]],
  ["tidemark migrate --s", ["--speed", "--strict"], ["--preview"]],
  ["tidemark migrate --speed ", ["gentle", "normal", "fast"], ["--strict"]],
  ["tidemark operator ", ["add", "list", "reset-password"], ["migrate"]],
  ["tidemark operator add --role ", ["viewer", "operator", "admin"], ["add"]],
  ["tidemark completion ", ["bash", "zsh", "fish"], []],
];

test.each(TYPED)("bash offers for %j", (line, offered, not) => {
  const words = line.split(" ");
  const typed = words.map((word) => `'${word}'`).join(" ");
  const script = `source '${aScript("bash")}'; COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}; _tidemark; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const found = run("bash", ["--norc", "-c", script]);
  expect(found).toEqual(expect.arrayContaining(offered));
  for (const word of not) expect(found).not.toContain(word);
});

test("bash offers the second argument where the first is free, and nothing for a free one", () => {
  const script = (words: string) =>
    `source '${aScript("bash")}'; COMP_WORDS=(${words}); COMP_CWORD=3; _tidemark; printf '%s\\n' "\${COMPREPLY[@]}"`;
  expect(run("bash", ["--norc", "-c", script("tidemark speed 7 ''")])).toEqual(["gentle", "normal", "fast"]);
  expect(run("bash", ["--norc", "-c", script("tidemark migrate --until ''")])).toEqual([]);
});

test.skipIf(reasonToSkip("fish", "fish")).each(TYPED)("fish offers for %j", (line, offered, not) => {
  const found = run("fish", ["--no-config", "-c", `source '${aScript("fish")}'; complete -C '${line}'`]);
  const words = found.map((it) => it.split("\t")[0]);
  expect(words).toEqual(expect.arrayContaining(offered));
  for (const word of not) expect(words).not.toContain(word);
});

test.skipIf(reasonToSkip("zsh", "zsh"))("zsh takes the script, and asks it for tidemark", () => {
  const check = `autoload -Uz compinit; compinit -u -D; source '${aScript("zsh")}'; print -r -- $_comps[tidemark]`;
  expect(run("zsh", ["-f", "-c", check])).toEqual(["_tidemark"]);
});

test("prints the script, or an object that holds it", async () => {
  const printed = await executeTidemark(["completion", "bash"]);
  const { shell, script } = completionScript
    .strict()
    .parse(JSON.parse((await executeTidemark(["completion", "bash", "--json"])).stdout));
  expect([printed.exitCode, printed.stdout, shell]).toEqual([0, script, "bash"]);
});
