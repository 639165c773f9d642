import { Command, type OutputConfiguration } from "commander";
import { addCatchUp } from "@/lib/cli/catch-up";
import type { Start } from "@/lib/cli/command";
import { listCommands } from "@/lib/cli/command-tree";
import { addCompletion } from "@/lib/cli/completion";
import { addCoverage } from "@/lib/cli/coverage";
import { addDemo } from "@/lib/cli/demo";
import { addDoctor } from "@/lib/cli/doctor";
import { describeExamples, EXIT_CODES } from "@/lib/cli/examples";
import { addLogs } from "@/lib/cli/logs";
import { addMigrate } from "@/lib/cli/migrate";
import { addOperatorCommands } from "@/lib/cli/operator";
import { addPlan } from "@/lib/cli/plan";
import { addReset } from "@/lib/cli/reset";
import { addRunControl } from "@/lib/cli/run-control";
import { addRuns } from "@/lib/cli/runs";
import { addSetAside } from "@/lib/cli/set-aside";
import { addStatus } from "@/lib/cli/status";
import { addVerify } from "@/lib/cli/verify";
import { addWeb } from "@/lib/cli/web";
import { addWorker } from "@/lib/cli/worker";
import packageJson from "@/package.json" with { type: "json" };

/** In the order of `--help`. */
const COMMANDS = [
  addStatus,
  addPlan,
  addMigrate,
  addCatchUp,
  addRunControl,
  addReset,
  addVerify,
  addCoverage,
  addRuns,
  addLogs,
  addSetAside,
  addOperatorCommands,
  addWeb,
  addWorker,
  addDoctor,
  addDemo,
  addCompletion,
];

const JSON_DESCRIPTION = "print data as JSON, one object a line";

/** The command line of Tidemark. Commander throws its own errors and prints none: `printFailure` is the one sink. */
export function createProgram(start: Start, output: OutputConfiguration = {}): Command {
  const program = new Command("tidemark")
    .description("Takes a Cowrie honeypot database from schema v15 to v16, resets it, and proves the result.")
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({ ...output, outputError: () => {} })
    .option("--json", JSON_DESCRIPTION);
  for (const add of COMMANDS) add(program, start);
  for (const { name, command } of listCommands(program)) {
    command.option("--json", JSON_DESCRIPTION);
    command.addHelpText("after", () => describeExamples(name));
  }
  program.addHelpText("after", () => `${describeExamples("")}\n${EXIT_CODES}`);
  return program;
}
