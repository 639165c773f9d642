import { readSettings } from "@/lib/env";
import { keepSecret } from "@/lib/redact";
import { openProcessLog, type ProcessKind, type ProcessLog } from "@/lib/telemetry/process-log";
import { logRuns, type RunListener } from "@/lib/telemetry/run-lines";

/** What a process tells of itself: its log, and traces where they are configured. */
export interface Telemetry {
  log: ProcessLog;
  /** To be given every event of the runs that this process executes. */
  onEvent: RunListener;
  /** Sends what is left. */
  close(): Promise<void>;
}

/**
 * Opens the log of this process and, where `OTEL_EXPORTER_OTLP_ENDPOINT` is set, loads OpenTelemetry: without it nothing of
 * that is read from disk.
 *
 * @throws {ConfigurationError} for an unusable setting.
 */
export async function openTelemetry(kind: ProcessKind): Promise<Telemetry> {
  const settings = readSettings();
  keepSecrets(settings);
  const log = openProcessLog(kind);
  const listeners: RunListener[] = [logRuns(log)];
  let close = () => Promise.resolve();
  if (settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) {
    const { startTracing } = await import("@/lib/telemetry/tracing");
    const tracing = startTracing(kind);
    listeners.push(tracing.onEvent);
    close = tracing.close;
  }
  return {
    log,
    onEvent(event) {
      for (const listen of listeners) listen(event);
    },
    close,
  };
}

/** The address of a webhook is often a secret by itself: whoever knows it may post there. */
function keepSecrets(settings: ReturnType<typeof readSettings>): void {
  for (const secret of [settings.TIDEMARK_METRICS_TOKEN, settings.TIDEMARK_WEBHOOK_SECRET])
    if (secret !== undefined) keepSecret(secret);
  const { TIDEMARK_WEBHOOK_URL: webhook } = settings;
  if (webhook === undefined) return;
  const { pathname, search } = new URL(webhook);
  keepSecret(`${pathname}${search}`);
}
