import { Argument, InvalidArgumentError, Option } from "commander";
import { type AddCommand, parseNumber, type Session } from "@/lib/cli/command";
import { plain } from "@/lib/cli/terminal";
import { witnessed } from "@/lib/cli/witness";
import { MOST_WORKERS, type RunChange, type RunDetail, SPEEDS, type Speed } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { cancelRun, pauseRun, readRun, resumeRun, setRunSpeed } from "@/lib/migration";

/** `pause`, `resume`, `cancel` and `speed`: of a run anywhere, in the web server, a worker or another terminal. */
export const addRunControl: AddCommand = (program, start) => {
  for (const { name, description, change } of COMMANDS) {
    program
      .command(name)
      .description(description)
      .addArgument(runIdArgument())
      .action(start((session, runId: number) => changeRun(session, { name, runId, change })));
  }
  program
    .command("speed")
    .description("change the pace of a run; it follows with its next batch")
    .addArgument(runIdArgument())
    .addArgument(new Argument("<speed>", "how much of its time it works").choices(SPEEDS))
    .addOption(workersOption())
    .action(
      start((session, runId: number, speed: Speed, { workers }: { workers?: number }) =>
        changeRun(session, {
          name: "set-speed",
          runId,
          change: (target, id) => setRunSpeed(target, id, speed, workers),
        }),
      ),
    );
};

type Change = (target: DatabaseTarget, runId: number) => Promise<{ runId: number }>;

const COMMANDS: { name: string; description: string; change: Change }[] = [
  { name: "pause", description: "hold a run between two batches; it keeps the database", change: pauseRun },
  { name: "resume", description: "let a paused run go on, or queue an interrupted one again", change: resumeRun },
  { name: "cancel", description: "end a run; what it has done stays, and the next one goes on", change: cancelRun },
];

const runIdArgument = () =>
  new Argument("<run id>", "number of the run, as `runs` lists it").argParser((value: string) => parseNumber(value));

const workersOption = () =>
  new Option("--workers <N>", "connections that its sweep uses at once").argParser((value: string) => {
    const workers = parseNumber(value);
    if (workers > MOST_WORKERS) throw new InvalidArgumentError(`At most ${MOST_WORKERS}.`);
    return workers;
  });

/** `name` is that of the act in the audit. */
async function changeRun(
  { terminal, target }: Session,
  { name, runId, change }: { name: string; runId: number; change: Change },
): Promise<0> {
  const database = await target();
  await witnessed(database, { action: name, runId }, () => change(database, runId));
  const run = await readRun(database, runId);
  if (run === null) throw new Error(`The record of run ${runId} was removed meanwhile.`);
  if (terminal.isJson) terminal.json(toRunChange(run));
  else terminal.line(plain(toSentence(run)));
  return 0;
}

function toRunChange({ id, kind, status, startedAt, finishedAt, startedBy }: RunDetail): RunChange {
  return { run: { id, kind, status, startedAt, finishedAt, startedBy } };
}

/** How the run stands after the change, and what follows from that. */
function toSentence({ id, status, speed: asked, workers }: RunDetail): string {
  const speed = workers === null ? asked : `${asked} with ${workers} ${workers === 1 ? "worker" : "workers"}`;
  switch (status) {
    case "queued":
      return `Run ${id} is queued at speed ${speed}: a worker takes it, in the web console or by \`tidemark worker\`.`;
    case "running":
      return `Run ${id} is running at speed ${speed}. Follow it: tidemark logs ${id} --follow`;
    case "pausing":
      return `Run ${id} is pausing: it stops after the batch at hand.`;
    case "paused":
      return `Run ${id} is paused at speed ${speed} and keeps the database. It goes on with: tidemark resume ${id}`;
    case "cancelling":
      return `Run ${id} is being cancelled: it ends after the batch at hand.`;
    case "cancelled":
      return `Run ${id} is cancelled. What it has done stays; the next run goes on from there.`;
    case "interrupted":
      return `Run ${id} is interrupted, at speed ${speed}. It goes on with: tidemark resume ${id}`;
    case "failed":
    case "succeeded":
      return `Run ${id} has ended meanwhile: ${status}.`;
    default:
      return status satisfies never;
  }
}
