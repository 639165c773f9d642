import type pg from "pg";
import { readAddressTable } from "@/lib/demo/address-table";
import { type Cell, copyRows } from "@/lib/demo/bulk";
import {
  type ComposedDocument,
  composeDocument,
  composeEarlyDocument,
  composeNulDocument,
  composeOddDocument,
  type DocumentContext,
  type Layout,
} from "@/lib/demo/document";
import { type Attacker, assignSessions, countAttackers, drawAttackers } from "@/lib/demo/population";
import { makeSharedAnswers } from "@/lib/demo/providers";
import { openRandom, type Random } from "@/lib/demo/random";

/** How large a generated honeypot is, and when its last session was. */
export interface GenerateOptions {
  sessions: number;
  /** The same seed and `until` give the same rows. Default 1. */
  seed?: number;
  /** Distinct source addresses; default as many as production would have for that many sessions. */
  addresses?: number;
  /** Time of the newest session; default now. */
  until?: Date;
  /** Odd values and documents with NUL escapes among the others. Default true; a naive reading fails on them. */
  hasOddities?: boolean;
  /** Layout of the documents; default as in production, all of them mixed. */
  layout?: Layout;
  /** Type of the column that the documents go into; `jsonb` takes no NUL escapes. Default `json`. */
  enrichmentType?: "json" | "jsonb";
  /** Called after every batch with the sessions inserted so far. */
  onProgress?: (done: number, total: number | null) => void;
}

const BATCH_SIZE = 1_000;
const DAY_MS = 86_400_000;
const SPAN_MS = 395 * DAY_MS;

/** Sessions before the day geo data began, and how much of the time span that was. */
const EARLY = { sessions: 0.133, span: 0.29 };

/** Of later sessions, so many have neither country nor ASN; a few more have an ASN but no country. */
const SCATTERED = { nothing: 0.012, noCountry: 0.03 };
const ODD_SHARE = 0.004;

/** Production has 24 such documents in 1.68 million; a demo needs some to show at any size. */
const NUL_EVERY = 5_000;

/** Sessions whose raw events are kept besides those whose document does not name their address. */
const RAW_EVENT_SHARE = 0.03;

const SESSION_COLUMNS = [
  "session_id",
  "first_event_at",
  "last_event_at",
  "event_count",
  "command_count",
  "file_downloads",
  "login_attempts",
  "ssh_key_injections",
  "unique_ssh_keys",
  "vt_flagged",
  "dshield_flagged",
  "risk_score",
  "source_files",
  "enrichment",
  "created_at",
  "updated_at",
];

const EVENT_COLUMNS = ["source", "source_offset", "payload", "session_id", "event_type", "event_timestamp"];

/**
 * Fills the empty v15 tables of `schema` with made-up sessions whose addresses, systems and countries are real, in the
 * proportions of a production honeypot: an early block without geo data, three layouts, odd values, unreadable documents.
 *
 * @throws {RefusalError} `usage` when the address data is not installed.
 */
export async function generateSessions(client: pg.ClientBase, schema: string, options: GenerateOptions): Promise<void> {
  const random = openRandom(options.seed ?? 1);
  const attackers = drawAttackers(readAddressTable(), options.addresses ?? countAttackers(options.sessions), random);
  const assigned = assignSessions(options.sessions, attackers.length, random);
  const shared = makeSharedAnswers(random);
  const until = (options.until ?? new Date()).getTime();
  const { enrichmentType = "json", hasOddities = true, layout = "real" } = options;
  const tables = {
    sessions: { schema, name: "session_summaries", columns: SESSION_COLUMNS },
    events: { schema, name: "raw_events", columns: EVENT_COLUMNS },
  };

  for (let start = 0; start < options.sessions; start += BATCH_SIZE) {
    const sessions: Cell[][] = [];
    const events: Cell[][] = [];
    const end = Math.min(start + BATCH_SIZE, options.sessions);
    for (let index = start; index < end; index++) {
      const attacker = attackers[assigned[index] ?? 0] as Attacker;
      const share = index / options.sessions;
      const at = new Date(until - SPAN_MS * (1 - toSpan(share)) - random.below(60_000));
      const context = { attacker, at, random, shared };
      const hasNul = hasOddities && index % NUL_EVERY === NUL_EVERY >> 1 && enrichmentType === "json";
      const document = hasNul
        ? composeNulDocument(context)
        : compose(context, { isEarly: share < EARLY.sessions, hasOddities, layout });
      const sessionId = toSessionId(index, random);
      sessions.push(toSession(sessionId, context, document));
      if (!document.namesAddress || random.chance(RAW_EVENT_SHARE)) events.push(...toEvents(sessionId, context, index));
    }
    await copyRows(client, tables.sessions, sessions);
    await copyRows(client, tables.events, events);
    options.onProgress?.(end, options.sessions);
  }
}

/** Sessions come in the order of time; the early block is thinner than what follows. */
function toSpan(share: number): number {
  if (share < EARLY.sessions) return (share / EARLY.sessions) * EARLY.span;
  return EARLY.span + ((share - EARLY.sessions) / (1 - EARLY.sessions)) * (1 - EARLY.span);
}

function compose(
  context: DocumentContext,
  { isEarly, hasOddities, layout }: { isEarly: boolean; hasOddities: boolean; layout: Layout },
): ComposedDocument {
  const share = context.random.next();
  if (isEarly || share < SCATTERED.nothing) return composeEarlyDocument(context);
  if (share < SCATTERED.nothing + ODD_SHARE) {
    return hasOddities ? composeOddDocument(context) : composeDocument(context, layout);
  }
  if (share > SCATTERED.nothing + ODD_SHARE + SCATTERED.noCountry) return composeDocument(context, layout);
  return composeDocument({ ...context, attacker: { ...context.attacker, country: null } }, layout);
}

/** Twelve hexadecimal digits, unlike those of any other index. */
function toSessionId(index: number, random: Random): string {
  return ((index * 9_973_731) % 2 ** 24).toString(16).padStart(6, "0") + random.hex(6);
}

function toSession(sessionId: string, { at, random }: DocumentContext, document: ComposedDocument): Cell[] {
  const logins = random.chance(0.7) ? 1 + random.below(6) : 0;
  const commands = logins > 0 && random.chance(0.3) ? 1 + random.below(24) : 0;
  const downloads = commands > 0 && random.chance(0.15) ? 1 + random.below(3) : 0;
  const keys = commands > 0 && random.chance(0.05) ? 1 : 0;
  const last = new Date(at.getTime() + random.below(180_000));
  const created = new Date(last.getTime() + 60_000 + random.below(3_600_000));
  // A third was refreshed later.
  const updated = random.chance(0.33) ? new Date(created.getTime() + random.below(20 * DAY_MS)) : created;
  return [
    sessionId,
    at.toISOString(),
    last.toISOString(),
    3 + logins + commands + downloads,
    commands,
    downloads,
    logins,
    keys,
    keys,
    downloads > 0 && random.chance(0.5),
    random.chance(0.1),
    commands > 0 ? random.below(100) : null,
    JSON.stringify([toLogFile(at)]),
    document.text,
    created.toISOString(),
    updated.toISOString(),
  ];
}

const toLogFile = (at: Date) => `cowrie.json.${at.toISOString().slice(0, 10)}`;

function toEvents(sessionId: string, { attacker, at, random }: DocumentContext, index: number): Cell[][] {
  const base = { session: sessionId, src_ip: attacker.address, sensor: "demo" };
  const payloads = [
    {
      eventid: "cowrie.session.connect",
      ...base,
      src_port: 1024 + random.below(60_000),
      dst_port: 2222,
      protocol: "ssh",
    },
    { eventid: "cowrie.login.failed", ...base, username: "root", password: random.hex(8) },
    { eventid: "cowrie.session.closed", ...base, duration: random.below(180) },
  ];
  // Attackers type NUL bytes, too; the session's address still stands in its first event.
  if (random.chance(0.02))
    payloads[1] = { eventid: "cowrie.login.failed", ...base, username: "root", password: "\u0000" };
  return payloads.map((payload, position) => {
    const timestamp = new Date(at.getTime() + position * 1_000).toISOString();
    const text = JSON.stringify({ ...payload, timestamp });
    return [toLogFile(at), index * payloads.length + position, text, sessionId, payload.eventid, timestamp];
  });
}
