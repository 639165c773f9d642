import type { AddCommand } from "@/lib/cli/command";
import { printCoverage } from "@/lib/cli/coverage";
import { printFindings } from "@/lib/cli/status";
import { plain, type Terminal } from "@/lib/cli/terminal";
import { formatCount } from "@/lib/cli/text";
import type { Verification } from "@/lib/contract";
import { verify } from "@/lib/migration";

/** `verify`: measures anew and says whether the migration holds. Exit code 5 unless it is whole and every gate passed. */
export const addVerify: AddCommand = (program, start) => {
  program
    .command("verify")
    .description("measure verdict, ledger and gates anew; exit code 5 unless all are met")
    .option("--deep", "read every document again and compare with the snapshots")
    .action(
      start(async ({ terminal, target }, { deep: isDeep = false }: { deep?: boolean }) => {
        const verification = await verify(await target(), {
          startedBy: "cli",
          isDeep,
          onNote: (text) => terminal.note(plain(text)),
          onProgress: ({ done, total }) => terminal.foot(`Comparing snapshots: ${Math.floor((done / total) * 100)} %`),
        });
        terminal.foot(null);
        if (terminal.isJson) terminal.json(verification);
        else printVerification(terminal, verification, isDeep);
        return isVerified(verification, isDeep) ? 0 : 5;
      }),
    );
};

function printVerification(terminal: Terminal, verification: Verification, isDeep: boolean): void {
  const { verdict, observed, deep } = verification;
  printCoverage(terminal, verification.coverage);
  printFindings(terminal, verification.findings);
  terminal.line();
  const { bold, green, red } = terminal.colors;
  if (deep !== null) {
    const text = `Snapshots: ${formatCount(deep.compared)} compared, ${formatCount(deep.different)} different`;
    terminal.line(deep.different === 0 ? text : red(text));
  }
  const isMet = isVerified(verification, isDeep);
  terminal.line(
    `${bold(isMet ? green("Verified") : red("Not verified"))}: ${verdict}, observed ${observed ?? "unknown"}`,
  );
}

/** A gate that is unknown is not passed, nor is a comparison that was asked for and could not be made. */
function isVerified({ verdict, coverage, deep }: Verification, isDeep: boolean): boolean {
  const isSame = deep === null ? !isDeep : deep.different === 0;
  return verdict === "migrated" && coverage.gates.every(({ passed }) => passed === true) && isSame;
}
