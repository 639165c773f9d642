import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { drawPlot } from "@/bench/plot";
import { renderGrowth, renderSize, renderVerdicts } from "@/bench/render";
import type { BenchResult } from "@/bench/results";

const DOCS = path.resolve(import.meta.dirname, "../docs");
const REPORT = path.join(DOCS, "performance.md");

/** What stands below this line in the report is kept: why a target is missed, and what was tried. */
const NOTES = "<!-- Below this line the page is written by hand; `npm run bench` keeps it. -->";

/** Writes docs/performance.md and docs/performance.svg. */
export function writeReport(result: BenchResult): void {
  const [, notes = "\n"] = existsSync(REPORT) ? readFileSync(REPORT, "utf8").split(NOTES) : [];
  writeFileSync(REPORT, `${renderReport(result)}\n\n${NOTES}${notes}`);
  writeFileSync(path.join(DOCS, "performance.svg"), drawPlot(result.sizes));
}

function renderReport(result: BenchResult): string {
  const { machine, settings, layout, sizes, problems, startedAt, finishedAt } = result;
  const minutes = Math.round((finishedAt.getTime() - startedAt.getTime()) / 60_000);
  const server = Object.entries(settings).map(([name, value]) => `\`${name} = ${value}\``);
  const memory = `${Math.round(machine.memory / 1024 ** 3)} GB`;
  return [
    "# Performance",
    `Written by \`npm run bench\` on ${startedAt.toISOString().slice(0, 10)}, in ${minutes} minutes: ${machine.cores} cores (${machine.processor}),
${memory} of memory, PostgreSQL ${machine.server}, Node.js ${machine.node}. Documents in the layout \`${layout}\`.`,
    "![Seconds of a whole migration by strategy and size of the database](performance.svg)",
    "## Targets",
    "Speed is judged at the largest size, everything else at the size or page where it was worst.",
    renderVerdicts(sizes),
    ...(problems.length === 0
      ? []
      : [`**Failed in this run:**\n\n${problems.map((problem) => `- ${problem.split("\n")[0]}`).join("\n")}`]),
    "## How it is measured",
    METHOD,
    `Server: ${server.join(", ")}; all else is PostgreSQL's default, so durable and with autovacuum.`,
    ...(sizes.length > 1 ? ["## Growth", renderGrowth(sizes)] : []),
    ...sizes.map(renderSize),
  ].join("\n\n");
}

const METHOD = `All strategies run in turn, round by round, on fresh copies of the same generated database on the same server; each copy is
read once into the cache, and a checkpoint is made. Ratios are taken within a round; what is shown is the median, and the
extremes where there was more than one round.

- The **reference** is what the application's own migration does, as plain SQL: one transaction, for each value a statement
  over the whole table that reads the document with \`->\`, a rewrite for the timestamps. It locks the table throughout and
  reads documents at their top level only.
- The **floor** is the least that any migration in place has to do: every document parsed once and every row rewritten once in
  parallel, one document an address copied, the same indexes built on as many connections. It has no rules, no checks,
  no log, blocks writers while it builds indexes, and could not be resumed.
- **Tidemark** is \`tidemark migrate\` as a process of its own. Its seconds are those of the run, preflight and verdict
  included, without the start of the process.

Sizes on disk are looked at twice a second. The writer inserts a session every 10 ms on a connection of its own, each
committed; its times are from sending to acknowledgement. Times of log lines are from the moment stored with the line to
its arrival at each viewer.

To repeat it alone on a quiet machine, with 45 GB free in the temporary folder:

\`\`\`bash
npm run bench -- --sessions 100000,400000,1682827
\`\`\`

Results that differ from the reference's, and measures that fail, end it with exit code 1; a target that is missed does not.`;
