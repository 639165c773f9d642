import { type Context, context, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { readSettings } from "@/lib/env";
import type { ProcessKind } from "@/lib/telemetry/process-log";
import type { RunListener } from "@/lib/telemetry/run-lines";
import packageJson from "@/package.json" with { type: "json" };

/** Traces of this process; loaded only where they are configured. */
export interface Tracing {
  onEvent: RunListener;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** How long what is left may take to be sent at the end, in milliseconds. */
const FLUSH_MS = 500;

/**
 * Registers a tracer whose spans go where `OTEL_EXPORTER_OTLP_ENDPOINT` says; headers, sampling and the rest follow
 * OpenTelemetry's own environment variables. Next then traces requests by itself, runs are traced here.
 */
export function startTracing(kind: ProcessKind): Tracing {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      "service.name": readSettings().OTEL_SERVICE_NAME,
      "service.version": packageJson.version,
      "tidemark.process": kind,
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  return {
    onEvent: traceRuns(trace.getTracer("tidemark", packageJson.version)),
    close: () =>
      Promise.race([
        provider.shutdown().catch(() => {}),
        new Promise<void>((done) => setTimeout(done, FLUSH_MS).unref()),
      ]),
  };
}

/**
 * One span a run and, below it, one a phase. They carry ids, kinds, counts and SQLSTATEs: no statement, no message, no row.
 */
function traceRuns(tracer: Tracer): RunListener {
  let run: { span: Span; context: Context } | null = null;
  const phases = new Map<string, Span>();

  function endPhases(): void {
    for (const span of phases.values()) span.end();
    phases.clear();
  }

  return (event) => {
    switch (event.type) {
      case "run-started": {
        const attributes = {
          "tidemark.run.id": event.runId,
          "tidemark.run.kind": event.kind,
          "tidemark.run.resumed": event.resumed,
        };
        const span = tracer.startSpan(`run ${event.kind}`, { root: true, attributes });
        run = { span, context: trace.setSpan(context.active(), span) };
        return;
      }
      case "phase-started": {
        if (run === null || event.phase === null) return;
        const attributes = { "tidemark.phase": event.phase };
        phases.set(event.phase, tracer.startSpan(`phase ${event.phase}`, { attributes }, run.context));
        return;
      }
      case "phase-finished":
        phases
          .get(event.phase ?? "")
          ?.setAttribute("tidemark.rows", event.rows)
          .end();
        phases.delete(event.phase ?? "");
        return;
      case "run-finished": {
        endPhases();
        run?.span.setAttributes({
          "tidemark.run.status": event.status,
          "db.response.status_code": event.error?.sqlstate ?? "",
        });
        if (event.status === "failed") run?.span.setStatus({ code: SpanStatusCode.ERROR });
        run?.span.end();
        run = null;
        return;
      }
      case "log":
        if (event.level === "warn" || event.level === "error")
          run?.span.addEvent(event.level, { "tidemark.seq": event.seq });
        return;
      case "progress":
        return;
      default:
        event satisfies never;
    }
  };
}
