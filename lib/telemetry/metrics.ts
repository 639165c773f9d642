import { Counter, Gauge, type PrometheusContentType, Registry } from "prom-client";
import { PHASE_IDS, RUN_STATUSES } from "@/lib/contract";
import type { RunFigures } from "@/lib/telemetry/run-figures";
import packageJson from "@/package.json" with { type: "json" };

/** What a scrape found. */
export interface Scraped {
  /** Whether the database answered. */
  isUp: boolean;
  /** Null: it did not, or nothing was ever run. */
  figures: RunFigures | null;
}

/**
 * The figures as text, in OpenMetrics unless only Prometheus' older format is accepted. Every server of a console says the same,
 * but for the figures of its own process.
 */
export async function renderMetrics(scraped: Scraped, accept: string | null): Promise<{ text: string; type: string }> {
  const isPlainOnly = /text\/plain/.test(accept ?? "") && !/openmetrics/.test(accept ?? "");
  const type = isPlainOnly ? Registry.PROMETHEUS_CONTENT_TYPE : Registry.OPENMETRICS_CONTENT_TYPE;
  const registry = new Registry();
  // The library types a registry by its format; this one is asked for either.
  registry.setContentType(type as PrometheusContentType);
  fill(registry, scraped);
  fillProcess(registry);
  return { text: await registry.metrics(), type };
}

/** By the names under which every Prometheus knows them. */
function fillProcess(registry: Registry): void {
  const registers = [registry];
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const cpu = new Counter({ name: "process_cpu_seconds_total", help: "CPU time of this server.", registers });
  cpu.inc((user + system) / 1e6);
  new Gauge({ name: "process_resident_memory_bytes", help: "Memory of this server.", registers }).set(rss);
  new Gauge({ name: "nodejs_heap_used_bytes", help: "JavaScript heap in use.", registers }).set(heapUsed);
  new Gauge({ name: "process_start_time_seconds", help: "When this server began.", registers }).set(
    performance.timeOrigin / 1_000,
  );
}

type Labels = Record<string, string>;
type Reading = [labels: Labels, value: number];

function fill(registry: Registry, { isUp, figures }: Scraped): void {
  /** What is unknown has no line. */
  function gauge(name: string, help: string, readings: Reading[]): void {
    const labelNames = Object.keys(readings[0]?.[0] ?? {});
    const metric = new Gauge({ name: `tidemark_${name}`, help, labelNames, registers: [registry] });
    for (const [labels, value] of readings) metric.set(labels, value);
    if (readings.length === 0) registry.removeSingleMetric(`tidemark_${name}`);
  }

  gauge("build_info", "Version of this server, as a label.", [[{ version: packageJson.version }, 1]]);
  gauge("database_up", "Whether the database answered this scrape.", [[{}, flag(isUp)]]);
  if (figures === null) return;
  const { newest, phases, coverage, hooks } = figures;

  gauge(
    "journal_runs",
    "Runs that have ended, by kind and outcome.",
    figures.ended.map(({ kind, status, runs }) => [{ kind, status }, runs]),
  );
  gauge(
    "last_run_end_timestamp_seconds",
    "When the newest run of each kind ended, with its outcome as a label.",
    figures.last.map(({ kind, status, finishedAt }) => [{ kind, status }, finishedAt]),
  );
  gauge(
    "last_run_duration_seconds",
    "How long it took, pauses included.",
    figures.last.map(({ kind, durationSeconds }) => [{ kind }, durationSeconds]),
  );

  const run = newest === null ? [] : [newest];
  gauge(
    "run_status",
    "Status of the newest run: 1 for the one it has.",
    run.flatMap(({ kind, status }) =>
      RUN_STATUSES.map((name): Reading => [{ kind, status: name }, flag(name === status)]),
    ),
  );
  gauge(
    "run_id",
    "Number of the newest run.",
    run.map(({ id }) => [{}, id]),
  );
  gauge(
    "run_start_timestamp_seconds",
    "When the newest run began.",
    run.map(({ startedAt }) => [{}, startedAt]),
  );
  gauge(
    "run_phase",
    "Phase that the newest run is in: 1 for that one, none between phases.",
    run.flatMap(({ phase }) => PHASE_IDS.map((name): Reading => [{ phase: name }, flag(name === phase)])),
  );
  gauge(
    "run_heartbeat_age_seconds",
    "Seconds since the process of the run under way gave a sign of life.",
    run.flatMap(({ heartbeatAge }): Reading[] => (heartbeatAge === null ? [] : [[{}, heartbeatAge]])),
  );
  gauge(
    "run_blocked_seconds",
    "How long the run has waited for sessions that hold what it needs; 0: it does not.",
    run.map(({ blockedSeconds }) => [{}, blockedSeconds]),
  );
  gauge(
    "run_blockers",
    "Sessions that the run waits for.",
    run.map(({ blockers }) => [{}, blockers]),
  );
  gauge(
    "run_slowed",
    "Whether the sweep makes room for others right now.",
    run.map(({ isSlowed }) => [{}, flag(isSlowed)]),
  );
  gauge(
    "run_set_aside_values",
    "Values that the newest run could not represent, by reason.",
    figures.setAside.map(({ reason, values }) => [{ reason }, values]),
  );

  const ofPhase = (value: (phase: RunFigures["phases"][number]) => number | null) =>
    phases.flatMap((phase): Reading[] => {
      const read = value(phase);
      return read === null ? [] : [[{ phase: phase.phase }, read]];
    });
  gauge(
    "phase_complete",
    "Whether the newest run has done this phase.",
    ofPhase(({ state }) => flag(state === "complete")),
  );
  gauge(
    "phase_rows_done",
    "Rows of the phase that are done.",
    ofPhase(({ done }) => done),
  );
  gauge(
    "phase_rows_wanted",
    "Rows that the phase has to do; ingest may raise it.",
    ofPhase(({ total }) => total),
  );
  gauge(
    "phase_progress_ratio",
    "Share of the phase that is done.",
    ofPhase(({ done, total }) => (done === null || total === null || total === 0 ? null : done / total)),
  );
  gauge(
    "phase_rows_per_second",
    "Rate of the phase.",
    ofPhase(({ rowsPerSecond }) => rowsPerSecond),
  );
  gauge(
    "phase_remaining_seconds",
    "Time that the phase still takes at this rate.",
    ofPhase(({ etaSeconds }) => etaSeconds),
  );

  gauge("webhook_waiting", "Events that the webhook has not been told yet.", [[{}, hooks.waiting]]);
  gauge("webhook_given_up", "Events that it could not be told.", [[{}, hooks.givenUp]]);
  if (coverage === null) return;

  const { sessions, gates } = coverage;
  gauge("coverage_timestamp_seconds", "When the figures of coverage and gates were counted.", [
    [{}, Date.parse(coverage.measuredAt) / 1_000],
  ]);
  gauge("sessions", "Sessions of the honeypot, as last counted.", [
    [{ which: "total" }, sessions.total],
    [{ which: "open" }, sessions.open],
    ...(sessions.recoverable === null ? [] : [[{ which: "recoverable" }, sessions.recoverable] satisfies Reading]),
    [{ which: "with-source-ip" }, sessions.withSourceIp],
    [{ which: "with-asn" }, sessions.withAsn],
    [{ which: "with-country" }, sessions.withCountry],
    [{ which: "with-ip-types" }, sessions.withIpTypes],
  ]);
  gauge(
    "set_aside_values",
    "Values set aside by all runs, by reason, as last counted.",
    coverage.setAside.map(({ reason, count }) => [{ reason }, count]),
  );
  gauge(
    "gate_threshold",
    "What a checkpoint gate is held against.",
    gates.map(({ id, threshold }) => [{ gate: id }, threshold]),
  );
  gauge(
    "gate_value",
    "What it came to.",
    gates.flatMap(({ id, value }): Reading[] => (value === null ? [] : [[{ gate: id }, value]])),
  );
  gauge(
    "gate_passed",
    "Whether it passed; absent while it is not known.",
    gates.flatMap(({ id, passed }): Reading[] => (passed === null ? [] : [[{ gate: id }, flag(passed)]])),
  );
}

const flag = (is: boolean) => (is ? 1 : 0);
