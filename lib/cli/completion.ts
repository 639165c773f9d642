import { Argument, type Command } from "commander";
import type { AddCommand } from "@/lib/cli/command";
import { listCommands } from "@/lib/cli/command-tree";
import { toBashCompletion } from "@/lib/cli/completion-bash";
import { toFishCompletion } from "@/lib/cli/completion-fish";
import { toZshCompletion } from "@/lib/cli/completion-zsh";
import type { CompletionScript } from "@/lib/contract";

type Shell = CompletionScript["shell"];

const SHELLS: Record<Shell, typeof toBashCompletion> = {
  bash: toBashCompletion,
  zsh: toZshCompletion,
  fish: toFishCompletion,
};

/** `completion`: what a shell has to know to complete a command line; made of the commands themselves. */
export const addCompletion: AddCommand = (program, start) => {
  program
    .command("completion")
    .description("print a script that completes commands and options in your shell")
    .addArgument(new Argument("<shell>", "shell the script is for").choices(Object.keys(SHELLS)))
    .action(
      start(async ({ terminal }, shell: Shell) => {
        const script = toCompletion(program, shell);
        if (terminal.isJson) terminal.json({ shell, script } satisfies CompletionScript);
        else terminal.line(script.trimEnd());
        return 0;
      }),
    );
};

/** The script for one shell. Pure. */
export function toCompletion(program: Command, shell: Shell): string {
  return SHELLS[shell](listCommands(program));
}
