import { composeDocument, composePayloads } from "@/lib/testing/oracle/composition";
import { seededDice } from "@/lib/testing/oracle/dice";
import type { Facts } from "@/lib/testing/oracle/document-forms";
import { type Moment, readMoment } from "@/lib/testing/oracle/moment";
import type { RawEvent, SessionInput } from "@/lib/testing/oracle/session";
import { readLines, reasonToSkip } from "@/lib/testing/oracle/shared-data";

/** A session as v15 stores it, with its raw events. */
export interface ComposedSession extends SessionInput {
  sessionId: string;
  createdAt: Moment;
  eventCount: number;
  commandCount: number;
  fileDownloads: number;
  loginAttempts: number;
}

interface SessionLine {
  session_id: string;
  src_ip: string;
  first_event_at: string;
  last_event_at: string;
  event_count: number;
  login_attempts: number;
  command_count: number;
  file_downloads: number;
}

interface AddressLine {
  ip: string;
  asn: number | null;
  as_org: string | null;
  country: string | null;
}

const SESSIONS = "real-sessions.public.ndjson.gz";
const ADDRESSES = "real-ips-geo.public.ndjson.gz";
const DAY = 86_400_000_000n;

/** Why `composeSessions` gives null, or null if it does not. */
export const reasonWithoutSessions = (): string | null => reasonToSkip(SESSIONS, ADDRESSES);

/**
 * Real sessions with documents composed about their real addresses, the same for the same options; null where the
 * shared data is absent.
 *
 * @param options.limit Default: all 50,204.
 * @param options.oddness Mean number of odd things in a document. Default 0.8.
 */
export function composeSessions(
  options: { seed?: number; limit?: number; oddness?: number } = {},
): ComposedSession[] | null {
  if (reasonWithoutSessions() !== null) return null;
  const { seed = 16, limit = Number.POSITIVE_INFINITY, oddness = 0.8 } = options;
  const dice = seededDice(seed);
  const addresses = readLines<AddressLine>(ADDRESSES);
  const byAddress = new Map(addresses.map((line) => [line.ip, line]));
  let nextEventId = 1;

  return readLines<SessionLine>(SESSIONS)
    .slice(0, limit)
    .map((line) => {
      const known = byAddress.get(line.src_ip);
      const facts: Facts = {
        address: line.src_ip,
        otherAddress: dice.pick(addresses).ip,
        asn: known?.asn ?? null,
        organization: known?.as_org ?? null,
        country: known?.country ?? null,
      };
      const first = readMoment(line.first_event_at);
      const last = readMoment(line.last_event_at);
      const payloads = composePayloads(facts, dice, dice.chance(45) ? 1 + dice.roll(3) : 0);
      return {
        sessionId: line.session_id,
        document: composeDocument(facts, dice, oddness),
        firstEventAt: dice.chance(2) ? null : first,
        // Whole days now and then: sessions that end at the same moment are told apart by their id.
        lastEventAt: last === null || dice.chance(2) ? null : dice.chance(10) ? last - (last % DAY) : last,
        createdAt: (last ?? 0n) + DAY,
        eventCount: line.event_count,
        commandCount: line.command_count,
        fileDownloads: line.file_downloads,
        loginAttempts: line.login_attempts,
        rawEvents: shuffled(
          payloads.map(({ payload, time }): RawEvent => ({ id: nextEventId++, eventTimestamp: time, payload })),
          dice.roll,
        ),
      };
    });
}

/** The order of rows in a table must not decide which event is first. */
function shuffled<T>(items: T[], roll: (sides: number) => number): T[] {
  return items
    .map((item) => ({ item, place: roll(1_000_000) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
