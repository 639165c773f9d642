import { type AddCommand, notAvailable } from "@/lib/cli/command";
import { plain } from "@/lib/cli/terminal";
import { toTable } from "@/lib/cli/text";
import { readSetAside } from "@/lib/migration";

/** `set-aside`: values that the target schema cannot hold. */
export const addSetAside: AddCommand = (program, start) => {
  program
    .command("set-aside")
    .description("list values that could not be represented, and why")
    .option("--retry", "try them again (not available in this version)")
    .action(
      start(async ({ terminal, target }, options: { retry?: boolean }) => {
        if (options.retry) throw notAvailable("--retry", "Leave it out: catch-up tries recoverable sessions again.");
        const values = await readSetAside(await target());
        if (terminal.isJson) terminal.json({ values });
        else if (values.length === 0) terminal.line("Nothing was set aside.");
        else {
          const rows = values.map(({ table, key, field, reason, value }) => [reason, table, key, field, value ?? ""]);
          for (const line of toTable(rows.map((row) => row.map(plain)))) terminal.line(line);
        }
        return 0;
      }),
    );
};
