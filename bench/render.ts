import type { ConsoleMeasures } from "@/bench/console";
import type { ReadTimes } from "@/bench/reads";
import type { Migration, SizeResult, Stalls } from "@/bench/results";
import { ratios, type Spread, spread } from "@/bench/statistics";
import { judge, microsecondsASession, peakGrowth, secondsOf, sizeOf } from "@/bench/targets";
import type { WriterTimes } from "@/bench/writer";

const MEGABYTE = 1024 ** 2;
const NONE = "–";

/** Every target with what was measured, as a table. */
export function renderVerdicts(sizes: readonly SizeResult[]): string {
  const word = (isMet: boolean | null) => (isMet === null ? NONE : isMet ? "pass" : "**miss**");
  return table(
    ["what", "target", "measured", ""],
    judge(sizes).map(({ what, target, measured, isMet }) => [what, target, measured, word(isMet)]),
  );
}

/** All measures of one size, as a section. */
export function renderSize(size: SizeResult): string {
  return [
    `## ${sizeOf(size)} sessions`,
    renderData(size),
    ...(size.reference.length + [...size.tidemark.values()].flat().length > 0
      ? [renderSeconds(size), renderPhases(size), renderDisk(size)]
      : []),
    ...(size.compared === null ? [] : [renderCompared(size.compared)]),
    ...(size.stalls === null ? [] : [renderStalls(size.stalls)]),
    ...(size.reads === null && size.console === null ? [] : [renderReads(size)]),
    ...(size.console === null ? [] : [renderConsole(size.console)]),
  ].join("\n\n");
}

function renderData({ data, rounds }: SizeResult): string {
  const { flat, nested, mixed } = data.layouts;
  const memory = data.memory === null ? "" : `, at most ${megabytes(data.memory)} resident`;
  return [
    `${data.addresses.toLocaleString("en-US")} addresses; documents of ${Math.round(data.averageDocument).toLocaleString("en-US")} bytes`,
    `on average: ${percent(flat)} flat, ${percent(nested)} nested, ${percent(mixed)} both, the rest empty. Generated in`,
    `${data.seconds.toFixed(0)} s${memory}. ${rounds === 1 ? "One round" : `${rounds} rounds`}.`,
  ].join("\n");
}

function renderSeconds(size: SizeResult): string {
  const reference = secondsOf(size.reference);
  const row = (name: string, runs: readonly Migration[], floor: readonly Migration[]) => [
    name,
    between(spread(secondsOf(runs)), 1),
    between(spread(ratios(reference, secondsOf(runs))), 1),
    between(spread(ratios(secondsOf(runs), secondsOf(floor))), 2),
    between(spread(secondsOf(runs).map((seconds) => (seconds / size.sessions) * 1e6)), 1),
  ];
  return table(
    ["strategy", "seconds", "times as fast as the reference", "times the floor", "µs a session"],
    [
      row("reference", size.reference, []),
      ...[...size.floor].map(([workers, runs]) => row(`floor, ${workers}`, runs, [])),
      ...[...size.tidemark].map(([workers, runs]) =>
        row(`**Tidemark, ${workers}**`, runs, size.floor.get(workers) ?? []),
      ),
    ],
  );
}

/** Where Tidemark's time went, and the reference's. */
function renderPhases({ tidemark, reference }: SizeResult): string {
  const medians = (runs: readonly Migration[]) =>
    new Map(Object.keys(runs[0]?.parts ?? {}).map((part) => [part, spread(runs.map((run) => run.parts[part] ?? 0))]));
  const ours = [...tidemark].map(([workers, runs]) => ({ workers, parts: medians(runs) }));
  const names = [...new Set(ours.flatMap(({ parts }) => [...parts.keys()]))];
  const phases = table(
    ["seconds of Tidemark by phase", ...ours.map(({ workers }) => `workers: ${workers}`)],
    PHASE_ORDER.filter((name) => names.includes(name)).map((name) => [
      name,
      ...ours.map(({ parts }) => between(parts.get(name), 1)),
    ]),
  );
  const steps = [...medians(reference)].map(([step, { median }]) => `${step} ${median.toFixed(1)}`);
  return steps.length === 0 ? phases : `${phases}\n\nSeconds of the reference by step: ${steps.join(", ")}.`;
}

const PHASE_ORDER = [
  ...["preflight", "source-ip", "asn-inventory", "ip-inventory", "session-snapshots", "foreign-keys", "verdict"],
  "start and end of the process",
];

function renderDisk({ reference, floor, tidemark }: SizeResult): string {
  const row = (name: string, runs: readonly Migration[]) => {
    const [first] = runs;
    if (first === undefined) return [];
    const most = (read: (run: Migration) => number | null) => {
      const values = runs.flatMap((run) => read(run) ?? []);
      return values.length === 0 ? null : Math.max(...values);
    };
    const peak = most(peakGrowth);
    const memory = most((run) => run.memory);
    const { forecast } = first;
    const growth = (run: Migration) => (run.disk.tablePeak === null ? null : run.disk.tablePeak - run.disk.tableBefore);
    return [
      [
        name,
        peak === null ? NONE : `${peak.toFixed(2)} times`,
        versus(most(growth), forecast?.growth),
        `${(most((run) => run.disk.databasePeak / run.disk.databaseBefore) ?? Number.NaN).toFixed(2)} times`,
        versus(
          most((run) => run.disk.wal),
          forecast?.walWritten,
        ),
        memory === null ? NONE : megabytes(memory),
      ],
    ];
  };
  return table(
    [
      ...["strategy", "heap and indexes at their peak", "their growth (forecast)", "whole database at its peak"],
      ...["WAL written (forecast)", "memory of the command line"],
    ],
    [
      ...row("reference", reference),
      ...[...floor].flatMap(([workers, runs]) => row(`floor, ${workers}`, runs)),
      ...[...tidemark].flatMap(([workers, runs]) => row(`**Tidemark, ${workers}**`, runs)),
    ],
  );
}

function versus(measured: number | null, forecast: number | undefined): string {
  if (measured === null) return NONE;
  return forecast === undefined ? megabytes(measured) : `${megabytes(measured)} (${megabytes(forecast)})`;
}

function renderCompared(compared: Record<string, number>): string {
  const counts = Object.entries(compared).map(([what, count]) => `${count.toLocaleString("en-US")} ${what}`);
  return `Compared with the reference, none different: ${counts.join(", ")}.`;
}

function renderStalls({ idle, beside, workers, seconds, slowdowns }: Stalls): string {
  const row = (name: string, { p50, p99, longest, errors, count }: WriterTimes) => [
    name,
    ...[p50, p99, longest].map((ms) => ms.toFixed(1)),
    `${errors} of ${count.toLocaleString("en-US")}`,
  ];
  const times = table(
    ["writer of 100 sessions/s", "p50 ms", "p99 ms", "longest ms", "errors"],
    [row("with nothing beside it", idle), row(`beside a run with ${workers} workers`, beside)],
  );
  const slower = slowdowns.length === 0 ? "it never slowed down" : `it slowed down: ${slowdowns.join("; ")}`;
  return `${times}\n\nThat run took ${seconds.toFixed(1)} s; ${slower}.`;
}

function renderReads({ reads, console }: SizeResult): string {
  const row = (name: string, times: ReadTimes | undefined) =>
    times === undefined
      ? []
      : [[name, times.first.toFixed(0), between(times.warm, 0), Number.isNaN(times.p95) ? NONE : times.p95.toFixed(0)]];
  const rows = [
    ...row("`status`, in process", reads?.status),
    ...row("coverage, in process", reads?.coverage),
    ...row("`GET /api/status`", console?.status),
    ...row("`GET /api/coverage`", console?.coverage),
  ];
  const counted =
    reads === null
      ? ""
      : `\n\nCounting coverage anew, which pages leave to the background: ${(reads.countedCoverage / 1_000).toFixed(1)} s.`;
  return `${table(["read, on the migrated database", "first ms", "warm ms", "p95 ms"], rows)}${counted}`;
}

function renderConsole({ lines, memory, pages }: ConsoleMeasures): string {
  const spent =
    memory === null
      ? "Its memory cannot be read on this system."
      : `Resident memory: ${megabytes(memory.idle)} idle, ${megabytes(memory.peak)} at its peak.`;
  const viewers = `A run in the web server before ${lines.viewers} viewers: ${lines.lines} log lines reached each of them, p50 ${lines.p50.toFixed(0)} ms, p95 ${lines.p95.toFixed(0)} ms, longest ${lines.longest.toFixed(0)} ms.`;
  const weights = table(
    ["page", "scripts", "KB compressed"],
    pages.map(({ route, scripts, bytes }) => [`\`${route}\``, String(scripts), (bytes / 1_024).toFixed(0)]),
  );
  return `${viewers} ${spent}\n\n${weights}`;
}

/** The sizes side by side: what a session costs as the database grows. */
export function renderGrowth(sizes: readonly SizeResult[]): string {
  const workers = [...(sizes[0]?.tidemark.keys() ?? [])];
  return table(
    ["sessions", ...workers.map((count) => `µs a session, workers: ${count}`)],
    sizes.map((size) => [
      sizeOf(size),
      ...workers.map((count) => microsecondsASession(size, count)?.toFixed(1) ?? NONE),
    ]),
  );
}

/** A table in Markdown. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Median, and the extremes where there are any. */
function between(values: Spread | undefined, digits: number): string {
  if (values === undefined || Number.isNaN(values.median)) return NONE;
  const { median, least, greatest } = values;
  const extremes = least === greatest ? "" : ` (${least.toFixed(digits)} to ${greatest.toFixed(digits)})`;
  return `${median.toFixed(digits)}${extremes}`;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const megabytes = (bytes: number) => `${Math.round(bytes / MEGABYTE).toLocaleString("en-US")} MB`;
