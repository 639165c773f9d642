/** A command line without the word `tidemark`, and what it does. */
type Example = [line: string, does: string];

/** Of every command, by its name; the empty name stands for the program. Shown by `--help` and in the manual page. */
export const EXAMPLES: Readonly<Record<string, Example[]>> = {
  "": [
    ["doctor", "is everything as a migration needs it?"],
    ["status", "what state the database is in"],
    ["plan", "what a migration would do"],
    ["migrate", "do it"],
  ],
  status: [
    ["status", "for a person"],
    ["status --json", "for a program: one object"],
  ],
  plan: [
    ["plan", "as a script for psql"],
    ["plan --json", "with lock, rows and seconds of each step"],
  ],
  migrate: [
    ["migrate", "to the end; Ctrl-C stops after the batch at hand, the next one goes on"],
    ["migrate --speed gentle --until 06:00", "slowly, and pause in the morning"],
    ["migrate --strict", "stop where a table is incomplete, and touch nothing"],
    ["migrate --json", "one event a line"],
  ],
  "catch-up": [["catch-up --speed gentle", "what ingest wrote since, e.g. every night"]],
  pause: [["pause 7", "hold run 7 between two batches"]],
  resume: [["resume 7", "let it go on"]],
  cancel: [["cancel 7", "end it; what it has done stays"]],
  speed: [["speed 7 fast --workers 4", "larger batches, on four connections"]],
  reset: [
    ["reset --preview", "what would go, what is lost, and the SQL"],
    ["reset --confirm cowrie --expect 5f1d7a84db00d2fce00b31a7fc73224f", "that, and nothing else"],
  ],
  verify: [
    ["verify", "verdict, ledger and gates; exit code 5 unless all are met"],
    ["verify --deep", "read every document again"],
  ],
  coverage: [["coverage --json", "figures, gates and ledger as one object"]],
  runs: [["runs", "newest first"]],
  logs: [["logs 7 --follow", "what is stored and what is to come"]],
  "set-aside": [
    ["set-aside", "which values, and what to do about them"],
    ["set-aside --retry", "after the data was mended"],
  ],
  "operator list": [["operator list", "who may sign in"]],
  "operator add": [["operator add anna@example.org --role admin", "prints a one-time link"]],
  "operator disable": [["operator disable anna@example.org", "ends all sessions"]],
  "operator reset-password": [["operator reset-password anna@example.org", "prints a one-time link"]],
  web: [
    ["web", "at TIDEMARK_HOST and PORT, until SIGTERM"],
    ["web --check", "is it up? for a health check"],
  ],
  worker: [["worker", "beside web servers with TIDEMARK_WORKER=off"]],
  doctor: [
    ["doctor", "before the first migration"],
    ["doctor --json", "for a program: one object"],
  ],
  demo: [
    ["demo --sessions 50000", "generated sessions"],
    ["demo --logs cowrie.json cowrie.json.1.gz", "sessions of real logs"],
    ["demo --broken half-indexed", "with index builds that failed"],
  ],
  completion: [["completion bash", "source it, or keep it where bash looks"]],
};

/** Below the help of a command. Pure. */
export function describeExamples(name: string): string {
  const examples = EXAMPLES[name] ?? [];
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, does]) => `  tidemark ${line.padEnd(width)}  ${does}`);
  return `\nExamples:\n${lines.join("\n")}`;
}

/** As docs/cli.md says. */
export const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 another run is active, 4 this database is not
eligible or not reachable, 5 gates or verification not met, 130 stopped by a signal.`;
