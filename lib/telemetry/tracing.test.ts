import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startRun } from "@/lib/migration";
import { openTelemetry } from "@/lib/telemetry/telemetry";
import { environmentOf } from "@/lib/testing/failpoint-runs";
import { aHoneypot } from "@/lib/testing/honeypot";
import { startTidemark } from "@/lib/testing/tidemark-command";

const LIB = path.resolve(import.meta.dirname, "..");

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** A collector that keeps the spans it is sent as JSON. */
async function aCollector() {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    text: () => bodies.join("\n"),
    spans: () =>
      bodies.flatMap((body): Span[] =>
        JSON.parse(body).resourceSpans.flatMap((resource: { scopeSpans: { spans: Span[] }[] }) =>
          resource.scopeSpans.flatMap(({ spans }) => spans),
        ),
      ),
  };
}

test("a run of a worker is one trace: a span for the run, below it one a phase, with ids and nothing of the data", async () => {
  const collector = await aCollector();
  const database = await aHoneypot({ sessions: 300 });
  const worker = startTidemark(["worker"], {
    ...environmentOf(database.target),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: "100",
  });
  await worker.says("Waiting for runs");
  await startRun(database.target, { kind: "migrate", startedBy: "web" });
  await worker.says("Run 1 succeeded");
  await expect.poll(() => collector.text(), { timeout: 10_000 }).toContain('"run migrate"');
  worker.process.kill("SIGTERM");
  expect(await worker.finished).toMatchObject({ exitCode: 130 });

  const spans = collector.spans();
  const root = spans.find(({ name }) => name === "run migrate");
  expect(root?.attributes).toEqual(
    expect.arrayContaining([
      { key: "tidemark.run.id", value: { intValue: 1 } },
      { key: "tidemark.run.status", value: { stringValue: "succeeded" } },
    ]),
  );
  const phases = spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
  expect(phases.map(({ name }) => name).sort()).toEqual([
    ...[
      "phase asn-inventory",
      "phase foreign-keys",
      "phase ip-inventory",
      "phase session-snapshots",
      "phase source-ip",
    ],
  ]);
  expect(collector.text()).not.toMatch(/select |update |postgres:\/\//i);
});

test("without an endpoint nothing of OpenTelemetry is loaded: one module knows it, and that is imported on demand", async () => {
  const files = readdirSync(LIB, { recursive: true, encoding: "utf8" }).filter((file) =>
    /(?<!\.test)\.tsx?$/.test(file),
  );
  const having = (text: string) =>
    files.filter((file) => readFileSync(path.join(LIB, file), "utf8").includes(text)).map((file) => file);
  expect(having("@opentelemetry/")).toEqual(["telemetry/tracing.ts"]);
  expect(having('from "@/lib/telemetry/tracing"')).toEqual([]);
  expect(having('await import("@/lib/telemetry/tracing")')).toEqual(["telemetry/telemetry.ts"]);
  await openTelemetry("worker");
  expect(Object.getOwnPropertySymbols(globalThis).map(String)).not.toContainEqual(
    expect.stringContaining("opentelemetry"),
  );
});
