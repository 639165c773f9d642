import { setTimeout as wait } from "node:timers/promises";
import { executeCommandLine } from "@/lib/cli/command-line";
import { listenForInterruption } from "@/lib/cli/interruption";
import { closePools } from "@/lib/db/pool";
import { redactOutput, redactSecrets } from "@/lib/redact";

/** How long connections may take to end, in milliseconds; the server notices by itself what is cut off. */
const GOODBYE_MS = 1_000;

redactOutput([process.stderr]);
// Data stays as it is, whatever attackers typed into it.
redactOutput([process.stdout], redactSecrets);

const exitCode = await executeCommandLine(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  interruption: listenForInterruption(),
});
await Promise.race([closePools(), wait(GOODBYE_MS)]);
// Idle connections and a half-read pipe would keep the process; whatever was written is out once this write is.
process.stdout.write("", () => process.exit(exitCode));
