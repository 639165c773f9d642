import type pg from "pg";
import { digestOf } from "@/lib/auth/digest";
import type { Role } from "@/lib/contract";

/** A session ends so long after its last use, and so long after the sign-in at the latest. ASVS 5.0, 7.3.1 and 7.3.2. */
export const IDLE_MINUTES = 30;
export const ABSOLUTE_HOURS = 12;

/** For so long after password or code was given, what cannot be undone needs no further one. ASVS 5.0, 7.5.3. */
const CONFIRMED_MINUTES = 5;

/** A session that is alive, and whose it is. */
export interface Session {
  id: string;
  operatorId: string;
  email: string;
  name: string;
  role: Role;
  hasTwoFactor: boolean;
  /** Password or code was given less than five minutes ago. */
  isConfirmed: boolean;
  startedAt: string;
}

/**
 * The session of a token, or null: unknown, revoked, idle for too long, too old, or of an operator who was disabled. By
 * the clock of the database alone. `isUse`: it counts as used now, written down once a minute at most.
 */
export async function readSession(
  client: pg.ClientBase,
  token: string,
  { isUse }: { isUse: boolean },
): Promise<Session | null> {
  const { rows } = await client.query<Session>(READ_SESSION, [digestOf(token), isUse]);
  return rows[0] ?? null;
}

/** Whether a session found before is alive still. */
export async function isSessionAlive(client: pg.ClientBase, sessionId: string): Promise<boolean> {
  const { rowCount } = await client.query(`select ${ALIVE} and s.id = $1`, [sessionId]);
  return rowCount === 1;
}

/** Notes that the operator has just given password or code. */
export async function confirmSession(client: pg.ClientBase, sessionId: string): Promise<void> {
  await client.query("update tidemark.sessions set confirmed_at = clock_timestamp() where id = $1", [sessionId]);
}

/** Ends a session: its cookie opens nothing any more. */
export async function endSession(client: pg.ClientBase, sessionId: string): Promise<void> {
  await client.query("delete from tidemark.sessions where id = $1", [sessionId]);
}

/** Removes sessions that are over, and what else of sign-ins nobody can use any more. */
export async function clearEnded(client: pg.ClientBase): Promise<void> {
  await client.query(`delete from tidemark.sessions where id not in (select s.id ${ALIVE})`);
  await client.query("delete from tidemark.verifications where expires_at < clock_timestamp()");
  await client.query("delete from tidemark.sign_in_links where expires_at < clock_timestamp()");
}

const ALIVE = `
from tidemark.sessions s
join tidemark.operators o on o.id = s.operator_id
where o.disabled_at is null
  and s.expires_at > clock_timestamp()
  and s.created_at > clock_timestamp() - interval '${ABSOLUTE_HOURS} hours'
  and s.seen_at > clock_timestamp() - interval '${IDLE_MINUTES} minutes'`;

const READ_SESSION = `
with found as (
  select s.*, o.email, o.name, o.role, o.is_two_factor_enabled
  ${ALIVE}
    and s.token_digest = $1
), used as (
  update tidemark.sessions
  set seen_at = clock_timestamp()
  from found
  where $2 and sessions.id = found.id and found.seen_at < clock_timestamp() - interval '1 minute'
)
select
  id, operator_id as "operatorId", email, name, role, is_two_factor_enabled as "hasTwoFactor",
  confirmed_at > clock_timestamp() - interval '${CONFIRMED_MINUTES} minutes' as "isConfirmed",
  to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startedAt"
from found`;
