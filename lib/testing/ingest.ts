import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { TestDatabase } from "@/lib/testing/database";

/** How an ingest of a test writes. */
export interface IngestOptions {
  /**
   * `v15`: names the fifteen columns of v15. `v17`: as the application's next version, so besides those `source_ip`
   * where the address is in `ip_inventory` (else NULL) and the three columns of v17, each where it exists.
   * `positional`: no column list at all. Default `v15`.
   */
  columns?: "v15" | "v17" | "positional";
  /** Upserts a second. Default 50. */
  rate?: number;
  /** Source addresses, taken in turn. Default three. */
  addresses?: string[];
  /** Every n-th upsert is of a session that was there at the start; 0: new ones only. Default 5. */
  touchEvery?: number;
}

/** An upsert that the server acknowledged. */
export interface AcknowledgedRow {
  sessionId: string;
  /** As the row was then; later upserts only raise it. */
  eventCount: number;
  /** Null for a session that was there before. */
  address: string | null;
  /** How long the newest upsert of this session took, in milliseconds. */
  stallMs: number;
}

/** What an ingest has to show for itself. */
export interface IngestResult {
  /** By session id. */
  acknowledged: Map<string, AcknowledgedRow>;
  /** What upserts failed with; with the connection lost it opens another and goes on. */
  errors: { sqlstate: string | null; message: string }[];
  /** The longest that an acknowledged upsert took, in milliseconds. */
  longestStallMs: number;
}

/** An ingest that is writing. */
export interface Ingest {
  /** Upserts acknowledged so far. */
  count(): number;
  /** Stops after the upsert in hand. The same result however often it is called. */
  stop(): Promise<IngestResult>;
}

/** What the writing process is told first. */
export interface IngestOrder extends Required<IngestOptions> {
  connectionString: string;
  schema: string;
}

/** What the writing process says. */
export type IngestMessage =
  | { type: "acknowledged"; row: AcknowledgedRow }
  | { type: "error"; sqlstate: string | null; message: string }
  | { type: "stopped" };

const ADDRESSES = ["198.51.100.10", "198.51.100.11", "2001:db8::10"];

/**
 * Starts a process that upserts sessions as the honeypot's application does, and gives it back once the first one was
 * acknowledged. What it writes about a session a second time moves `event_count` and `updated_at`, which no derived value
 * depends on. Ended with the test.
 */
export async function startIngest(
  database: Pick<TestDatabase, "target">,
  options: IngestOptions = {},
): Promise<Ingest> {
  const order: IngestOrder = {
    ...database.target,
    columns: options.columns ?? "v15",
    rate: options.rate ?? 50,
    addresses: options.addresses ?? ADDRESSES,
    touchEvery: options.touchEvery ?? 5,
  };
  const writer = spawn(process.execPath, ["--import", "tsx", path.join(import.meta.dirname, "ingest-writer.ts")], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  onTestFinished(() => void writer.kill("SIGKILL"));

  const result: IngestResult = { acknowledged: new Map(), errors: [], longestStallMs: 0 };
  let count = 0;
  const stopped = new Promise<void>((resolve, reject) => {
    writer.on("message", (message: IngestMessage) => {
      switch (message.type) {
        case "acknowledged":
          count += 1;
          result.acknowledged.set(message.row.sessionId, message.row);
          result.longestStallMs = Math.max(result.longestStallMs, message.row.stallMs);
          return;
        case "error":
          return void result.errors.push({ sqlstate: message.sqlstate, message: message.message });
        case "stopped":
          return resolve();
        default:
          message satisfies never;
      }
    });
    writer.once("exit", (code) =>
      reject(new Error(`The ingest process ended with ${code}: ${JSON.stringify(result.errors.at(-1) ?? null)}`)),
    );
  });
  stopped.catch(() => {});
  writer.send(order);
  while (count === 0) await Promise.race([once(writer, "message"), stopped]);

  return {
    count: () => count,
    async stop() {
      if (writer.connected) writer.send("stop");
      await stopped;
      return result;
    },
  };
}
