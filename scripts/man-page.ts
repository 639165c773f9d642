import { readFileSync } from "node:fs";
import path from "node:path";
import { type CommandEntry, listCommands } from "@/lib/cli/command-tree";
import { EXAMPLES } from "@/lib/cli/examples";
import { createProgram } from "@/lib/cli/program";

const ROOT = path.resolve(import.meta.dirname, "..");

/**
 * The manual page `tidemark(1)`, made of the commands themselves, the settings of the README and the exit codes of
 * docs/cli.md. Source: groff manual, man(7).
 */
export function toManPage(): string {
  const program = createProgram(() => async () => {});
  const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
  const cli = readFileSync(path.join(ROOT, "docs/cli.md"), "utf8");
  return [
    `.TH TIDEMARK 1 "" "Tidemark ${program.version()}" "User Commands"`,
    ".SH NAME",
    "tidemark \\- take a Cowrie honeypot database from schema v15 to v16",
    ".SH SYNOPSIS",
    ".B tidemark",
    ".I command",
    "[options]",
    ".SH DESCRIPTION",
    `${toText(program.description())} The database is the one of`,
    ".BR DATABASE_URL ;",
    "without it an embedded PostgreSQL under",
    ".I .tidemark/",
    "is started.",
    "Data goes to standard output, diagnostics to standard error; every command takes",
    ".BR \\-\\-json .",
    ".SH COMMANDS",
    ...listCommands(program).flatMap(toCommand),
    ".SH EXIT STATUS",
    ...readTable(cli, "## Exit codes").flatMap(([code = "", means = ""]) => [".TP", `.B ${code}`, toText(means)]),
    ".SH ENVIRONMENT",
    ...readTable(readme, "## Settings").flatMap(toSetting),
    ".SH EXAMPLES",
    ...toExamples(""),
    ".SH SEE ALSO",
    "README.md and docs/ of the installed package, docs/cli.md for every shape that",
    ".B \\-\\-json",
    "prints.",
    "",
  ].join("\n");
}

function toCommand({ name, usage, description, options }: CommandEntry): string[] {
  return [
    `.SS tidemark ${toText(name)} ${toText(usage)}`,
    `${toText(capitalise(description))}.`,
    ...options.flatMap((option) => [".TP", `.B ${toText(option.flags)}`, toText(option.description)]),
    ...toExamples(name),
  ];
}

function toExamples(name: string): string[] {
  return (EXAMPLES[name] ?? []).flatMap(([line, does]) => [".TP", `.I tidemark ${toText(line)}`, toText(does)]);
}

function toSetting([name = "", fallback = "", means = ""]: string[]): string[] {
  return [".TP", `.B ${toText(name)}`, `${toText(capitalise(means))}. Default: ${toText(fallback)}.`];
}

/** Rows of the first table below a heading, without its head, as text without Markdown. */
function readTable(markdown: string, heading: string): string[][] {
  const section = markdown.slice(markdown.indexOf(`${heading}\n`));
  const table = /^\|.*\n\|[ :|-]+\n((?:\|.*\n)+)/m.exec(section)?.[1];
  if (table === undefined) throw new Error(`There is no table below ${heading}.`);
  return table
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => toPlain(cell.trim())),
    );
}

const toPlain = (markdown: string) => markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");

const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** On one line; no character of it means anything to the formatter. */
function toText(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...")
    .replaceAll("→", "\\(->")
    .replace(/^([.'])/, "\\&$1");
}
