/** The process behind `startIngest`: waits for its order, upserts until it is told to stop, says what was acknowledged. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import { openClient } from "@/lib/db/client";
import { qualify } from "@/lib/db/identifier";
import type { AcknowledgedRow, IngestMessage, IngestOrder } from "@/lib/testing/ingest";

/** How many sessions of the beginning are upserted again, in turn. */
const TOUCHED_SESSIONS = 200;
const RECONNECT_MS = 100;

/** Values of an upsert by column, each as SQL over the parameters: $1 id, $2 address, $3 document. */
const V15_VALUES: Record<string, string> = {
  session_id: "$1",
  first_event_at: "now()",
  last_event_at: "now()",
  event_count: "1",
  command_count: "0",
  file_downloads: "0",
  login_attempts: "1",
  vt_flagged: "false",
  dshield_flagged: "false",
  risk_score: "null",
  matcher: "'ingest'",
  source_files: `'["cowrie.json"]'`,
  enrichment: "$3",
  created_at: "now()",
  updated_at: "clock_timestamp()",
  ssh_key_injections: "0",
  unique_ssh_keys: "0",
};

const V17_VALUES: Record<string, string> = {
  ssh_key_fingerprint: "'SHA256:ingest'",
  password_hash: "md5($2)",
  command_signature: "'ingest'",
};

const say = (message: IngestMessage) => process.send?.(message);

process.once("disconnect", () => process.exit());
const [order] = (await once(process, "message")) as [IngestOrder];
let isStopping = false;
process.on("message", () => {
  isStopping = true;
});
await write(order);
say({ type: "stopped" });
process.disconnect();

async function write({ rate, addresses, touchEvery, ...order }: IngestOrder): Promise<void> {
  const target = { connectionString: order.connectionString, schema: order.schema };
  const own = randomBytes(4).toString("hex");
  let client = await openClient(target, "ingest");
  const initial = await readColumns(client, order.schema);
  const known = await client.query<{ id: string }>(
    `select session_id as id from ${qualify(order.schema, "session_summaries")} order by session_id limit ${TOUCHED_SESSIONS}`,
  );
  for (let count = 1; !isStopping; count += 1) {
    const startedAt = performance.now();
    const isTouch = touchEvery > 0 && count % touchEvery === 0 && known.rows.length > 0;
    const touched = isTouch ? known.rows[(count / touchEvery) % known.rows.length]?.id : undefined;
    const address = addresses[count % addresses.length] ?? "";
    const sessionId = touched ?? `ingest-${own}-${count}`;
    try {
      const sql = await upsertSql(client, order, initial);
      const { rows } = await client.query<{ n: number }>(sql, [sessionId, address, toDocument(address)]);
      const row: AcknowledgedRow = {
        sessionId,
        eventCount: rows[0]?.n ?? 0,
        address: touched === undefined ? address : null,
        stallMs: performance.now() - startedAt,
      };
      say({ type: "acknowledged", row });
    } catch (cause) {
      const { code = null, message } = cause as { code?: string | null; message: string };
      say({ type: "error", sqlstate: code, message });
      // Whatever it was: a fresh connection has no transaction left over, and a lost one is replaced.
      await client.end().catch(() => {});
      client = await reconnect(target, client);
    }
    await wait(Math.max(0, 1_000 / rate - (performance.now() - startedAt)));
  }
  await client.end().catch(() => {});
}

async function reconnect(target: { connectionString: string; schema: string }, lost: pg.Client): Promise<pg.Client> {
  while (!isStopping) {
    const client = await openClient(target, "ingest").catch(() => null);
    if (client !== null) return client;
    await wait(RECONNECT_MS);
  }
  return lost;
}

/** A document as the application's loader writes it: the providers' answers under the source address. */
function toDocument(address: string): string {
  const answers = { dshield: { ip: { number: address, as: 64_510, ascountry: "SE" } } };
  return JSON.stringify({ session: { [address]: answers }, ...answers });
}

async function readColumns(client: pg.Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname::text as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [qualify(schema, "session_summaries")],
  );
  return rows.map(({ name }) => name);
}

/** The upsert for the columns that exist now; `initial` are those that a statement without a column list was made for. */
async function upsertSql(
  client: pg.Client,
  order: Pick<IngestOrder, "columns" | "schema">,
  initial: string[],
): Promise<string> {
  const sessions = qualify(order.schema, "session_summaries");
  const values: Record<string, string> = { ...V15_VALUES };
  if (order.columns === "v17") {
    Object.assign(values, V17_VALUES);
    const inventory = qualify(order.schema, "ip_inventory");
    const { rows } = await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [inventory]);
    values.source_ip =
      rows[0]?.there === true
        ? `(select ip_address::varchar(45) from ${inventory} where ip_address::text = $2)`
        : "null";
  }
  const present = order.columns === "v17" ? await readColumns(client, order.schema) : initial;
  const columns = order.columns === "positional" ? present : present.filter((name) => name in values);
  const list = order.columns === "positional" ? "" : `(${columns.join(", ")})`;
  const adopted = columns.includes("source_ip") ? ", source_ip = coalesce(excluded.source_ip, kept.source_ip)" : "";
  // A parameter that no column takes still needs a type.
  return `with given as (select $1::text, $2::text)
    insert into ${sessions} as kept ${list} values (${columns.map((name) => values[name] ?? "default").join(", ")})
    on conflict (session_id) do update
    set event_count = kept.event_count + excluded.event_count, updated_at = excluded.updated_at${adopted}
    returning event_count as n`;
}
