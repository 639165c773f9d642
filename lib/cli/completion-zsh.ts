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

/** Completion for zsh. Pure. Source: zsh manual, Completion System, _arguments and _describe. */
export function toZshCompletion(commands: CommandEntry[]): string {
  const groups = groupsOf(commands);
  const describeAll = (words: string[], prefix: string) =>
    words.map((word) => quote(`${word}:${escapeColons(describeWord(commands, prefix + word))}`)).join(" ");
  return `#compdef tidemark
# Completion of tidemark for zsh: keep it as _tidemark in a folder of $fpath, or source it behind compinit
_tidemark() {
  local -a commands
  if (( CURRENT == 2 )); then
    commands=(${describeAll(firstWords(commands), "")})
    _describe 'command' commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${groups
  .map(
    (group) => `    ${group})
      if (( CURRENT == 2 )); then
        commands=(${describeAll(innerWords(commands, group), `${group} `)})
        _describe 'command' commands
        return
      fi
      command="$command $words[2]"
      shift words
      (( CURRENT-- ))
      ;;`,
  )
  .join("\n")}
  esac
  case "$command" in
${commands.map(toCase).join("\n")}
  esac
}
if [ "$funcstack[1]" = "_tidemark" ]; then
  _tidemark "$@"
else
  compdef _tidemark tidemark
fi
`;
}

function toCase({ name, options, arguments: wanted }: CommandEntry): string {
  const specs = [
    quote("--help[display help for command]"),
    ...options.map((option) => quote(`${option.long}[${escapeBrackets(option.description)}]${toValue(option)}`)),
    ...wanted.map((argument, index) => quote(`${index + 1}${toValue(argument)}`)),
  ];
  return `    ${quote(name)})\n      _arguments \\\n${specs.map((spec) => `        ${spec}`).join(" \\\n")}\n      ;;`;
}

function toValue(it: Option | Argument): string {
  if ("flags" in it && !takesValue(it)) return "";
  const label = escapeColons("flags" in it ? (/[<[](.*?)[\]>.]/.exec(it.flags)?.[1] ?? "value") : it.name());
  const value = expectedValue(it);
  if (value.kind === "choices") return `:${label}:(${value.words.join(" ")})`;
  return value.kind === "file" ? `:${label}:_files` : `:${label}: `;
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const escapeColons = (text: string) => text.replaceAll(":", "\\:");
const escapeBrackets = (text: string) => text.replace(/[[\]:]/g, "\\$&");
