import type { Argument, Option } from "commander";
import { type CommandEntry, expectedValue, firstWords, groupsOf, innerWords, takesValue } from "@/lib/cli/command-tree";

/** Completion for bash. Pure. Source: GNU Bash manual, 8.6 Programmable Completion. */
export function toBashCompletion(commands: CommandEntry[]): string {
  return `# Completion of tidemark for bash: source it, or keep it as /etc/bash_completion.d/tidemark
_tidemark() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command="\${COMP_WORDS[1]}" place=$((COMP_CWORD - 1)) words=""
  COMPREPLY=()
  if [ "$place" -gt 1 ]; then
    case "$command" in
${groupsOf(commands)
  .map((group) => `      ${group}) command="$command \${COMP_WORDS[2]}"; place=$((place - 1)) ;;`)
  .join("\n")}
    esac
  fi
  if [ "$place" -eq 0 ]; then
    words="${firstWords(commands).join(" ")} --help --version --json"
  elif [ "$place" -eq 1 ] && [ "$COMP_CWORD" -eq 2 ] && [[ " ${groupsOf(commands).join(" ")} " == *" $command "* ]]; then
    case "$command" in
${groupsOf(commands)
  .map((group) => `      ${group}) words="${innerWords(commands, group).join(" ")}" ;;`)
  .join("\n")}
    esac
  else
    case "$command" in
${commands.map(toCase).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _tidemark tidemark
`;
}

function toCase({ name, options, arguments: wanted }: CommandEntry): string {
  const flags = ["--help", ...options.map(({ long }) => long ?? "")].join(" ");
  const values = options.filter(takesValue).map((option) => `          ${option.long}) ${toAction(option)} ;;`);
  const choices = wanted.flatMap((argument, index) => {
    const value = expectedValue(argument);
    return value.kind === "choices" ? [`          ${index + 1}) words="${value.words.join(" ")}" ;;`] : [];
  });
  return [
    `      "${name}")`,
    `        words="${flags}"`,
    ...(values.length === 0 ? [] : [`        case "$previous" in`, ...values, "        esac"]),
    ...(choices.length === 0 ? [] : [`        case "$place" in`, ...choices, "        esac"]),
    "        ;;",
  ].join("\n");
}

function toAction(it: Option | Argument): string {
  const value = expectedValue(it);
  if (value.kind === "choices") return `words="${value.words.join(" ")}"`;
  return value.kind === "file" ? `COMPREPLY=($(compgen -f -- "$word")); return` : "return";
}
