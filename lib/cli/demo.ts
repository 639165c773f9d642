import { type AddCommand, parseNumber } from "@/lib/cli/command";
import { plain } from "@/lib/cli/terminal";
import { formatCount } from "@/lib/cli/text";
import { readDatabaseAddress } from "@/lib/db/client";
import { BROKEN_STATES, readBrokenStates } from "@/lib/demo/broken/states";
import { makeDemo } from "@/lib/demo/demo";
import { RefusalError } from "@/lib/refusal";

interface DemoCommandOptions {
  sessions?: number;
  logs?: string[];
  broken?: string;
}

/** `demo`: makes a v15 honeypot out of an empty database, or one in a broken state. */
export const addDemo: AddCommand = (program, start) => {
  program
    .command("demo")
    .description("make a v15 honeypot database to try things on; refuses one that holds anything else")
    .option("--sessions <N>", "so many generated sessions (default 20,000)", parseNumber)
    .option("--logs <FILE...>", "sessions of real Cowrie logs instead: JSON lines, plain or .gz")
    .option("--broken <STATE>", `leave it in a broken state, or several with commas: ${BROKEN_STATES.join(", ")}`)
    .action(
      start(async ({ terminal, target }, { sessions, logs, broken }: DemoCommandOptions) => {
        const states = broken === undefined ? [] : readBrokenStates(broken);
        if (sessions !== undefined && logs !== undefined) {
          throw new RefusalError(
            "usage",
            "--sessions and --logs exclude each other.",
            "Name either a number or files.",
          );
        }
        const database = await target();
        const { name, host, port } = readDatabaseAddress(database.connectionString);
        const counts = await makeDemo(database, {
          ...(sessions === undefined ? {} : { sessions }),
          ...(logs === undefined ? {} : { logs }),
          broken: states,
          onSkipped: ({ file, line, reason }) => terminal.note(plain(`${file}:${line}: skipped: ${reason}`)),
          onProgress: (done, total) =>
            terminal.foot(
              total === null ? `${formatCount(done)} lines` : `${formatCount(done)} of ${formatCount(total)}`,
            ),
        });
        terminal.foot(null);
        if (terminal.isJson) terminal.json({ database: name, ...counts });
        else {
          const skipped = counts.skippedLines === 0 ? "" : `, ${formatCount(counts.skippedLines)} lines skipped`;
          const left = states.length === 0 ? "" : `, left ${states.join(", ")}`;
          terminal.line(
            plain(`${formatCount(counts.sessions)} sessions in ${name} at ${host}:${port}${skipped}${left}.`),
          );
        }
        return 0;
      }),
    );
};
