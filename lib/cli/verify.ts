import { type AddCommand, notAvailable } from "@/lib/cli/command";
import { printCoverage } from "@/lib/cli/coverage";
import { printFindings } from "@/lib/cli/status";
import type { Verification } from "@/lib/contract";
import { verify } from "@/lib/migration";

/** `verify`: measures anew and says whether the migration holds. Exit code 5 unless it is whole and every gate passed. */
export const addVerify: AddCommand = (program, start) => {
  program
    .command("verify")
    .description("measure verdict, ledger and gates anew; exit code 5 unless all are met")
    .option("--deep", "recompute every snapshot and compare (not available in this version)")
    .action(
      start(async ({ terminal, target }, options: { deep?: boolean }) => {
        if (options.deep)
          throw notAvailable("--deep", "Leave it out: verdict, ledger and gates are checked without it.");
        const verification = await verify(await target(), { startedBy: "cli" });
        if (terminal.isJson) terminal.json(verification);
        else {
          printCoverage(terminal, verification.coverage);
          printFindings(terminal, verification.findings);
          terminal.line();
          const { bold, green, red } = terminal.colors;
          const isMet = isVerified(verification);
          const verdict = `${verification.verdict}, observed ${verification.observed ?? "unknown"}`;
          terminal.line(`${bold(isMet ? green("Verified") : red("Not verified"))}: ${verdict}`);
        }
        return isVerified(verification) ? 0 : 5;
      }),
    );
};

/** A gate that is unknown is not passed. */
function isVerified({ verdict, coverage }: Verification): boolean {
  return verdict === "migrated" && coverage.gates.every(({ passed }) => passed === true);
}
