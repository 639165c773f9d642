import type { Argument, Command, Option } from "commander";

/** One command as a user types it, with everything that may follow. */
export interface CommandEntry {
  /** All of its words: `operator add`. */
  name: string;
  description: string;
  /** What follows the name, as its help shows it: `[options] <run id>`. */
  usage: string;
  arguments: readonly Argument[];
  /** Without `--help`. */
  options: readonly Option[];
  command: Command;
}

/** Every command that does something, in the order of `--help`: a group stands for its own commands. Pure. */
export function listCommands(program: Command): CommandEntry[] {
  return program.commands.flatMap((command) =>
    command.commands.length === 0
      ? [toEntry(command.name(), command)]
      : command.commands.map((inner) => toEntry(`${command.name()} ${inner.name()}`, inner)),
  );
}

function toEntry(name: string, command: Command): CommandEntry {
  return {
    name,
    description: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments,
    options: command.options,
    command,
  };
}

/** What may stand for an option or argument: words to choose from, a file, or anything. Pure. */
export function expectedValue(
  it: Option | Argument,
): { kind: "choices"; words: readonly string[] } | { kind: "file" | "any" } {
  if (it.argChoices !== undefined) return { kind: "choices", words: it.argChoices };
  const flags = "flags" in it ? it.flags : it.name();
  return { kind: /\bFILE\b/.test(flags) ? "file" : "any" };
}

/** Whether a value follows the option. Pure. */
export function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

/** First words that stand for several commands. Pure. */
export function groupsOf(commands: CommandEntry[]): string[] {
  return [...new Set(commands.filter(({ name }) => name.includes(" ")).map(({ name }) => name.split(" ")[0] ?? ""))];
}

/** What may come first on a command line. Pure. */
export function firstWords(commands: CommandEntry[]): string[] {
  return [...new Set(commands.map(({ name }) => name.split(" ")[0] ?? ""))];
}

/** The second words of a group. Pure. */
export function innerWords(commands: CommandEntry[], group: string): string[] {
  return commands.flatMap(({ name }) => (name.startsWith(`${group} `) ? [name.slice(group.length + 1)] : []));
}

/** What a word stands for: a command by its description, a group by its commands. Pure. */
export function describeWord(commands: CommandEntry[], name: string): string {
  return commands.find((command) => command.name === name)?.description ?? innerWords(commands, name).join(", ");
}
