import type { Argument, Option } from "commander";
import {
  type CommandEntry,
  describeWord,
  expectedValue,
  firstWords,
  groupsOf,
  innerWords,
  takesValue,
} from "@/lib/cli/command-tree";

/** Completion for fish. Pure. Source: fish manual, complete. */
export function toFishCompletion(commands: CommandEntry[]): string {
  const groups = groupsOf(commands);
  const isFirst = "__fish_use_subcommand";
  const lines = [
    ...firstWords(commands).map((word) => suggest(isFirst, word, describeWord(commands, word))),
    ...groups.flatMap((group) => {
      const inner = innerWords(commands, group);
      const isOpen = `__fish_seen_subcommand_from ${group}; and not __fish_seen_subcommand_from ${inner.join(" ")}`;
      return inner.map((word) => suggest(isOpen, word, describeWord(commands, `${group} ${word}`)));
    }),
    ...commands.flatMap(toOptions),
  ];
  return `# Completion of tidemark for fish: keep it as ~/.config/fish/completions/tidemark.fish
complete -c tidemark -f
${lines.join("\n")}
`;
}

function suggest(condition: string, words: string, description: string): string {
  return `complete -c tidemark -n ${quote(condition)} -a ${quote(words)} -d ${quote(description)}`;
}

function toOptions({ name, options, arguments: wanted }: CommandEntry): string[] {
  const condition = name
    .split(" ")
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join("; and ");
  return [
    ...options.map((option) => {
      const long = (option.long ?? "").slice(2);
      const value = takesValue(option) ? ` ${toValue(option)}` : "";
      return `complete -c tidemark -n ${quote(condition)} -l ${long}${value} -d ${quote(option.description)}`;
    }),
    ...wanted.flatMap((argument) => {
      const value = expectedValue(argument);
      return value.kind === "choices" ? [suggest(condition, value.words.join(" "), argument.description)] : [];
    }),
  ];
}

/** `-x`: a value and no file; `-r -F`: a file. */
function toValue(it: Option | Argument): string {
  const value = expectedValue(it);
  if (value.kind === "choices") return `-x -a ${quote(value.words.join(" "))}`;
  return value.kind === "file" ? "-r -F" : "-x";
}

const quote = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
