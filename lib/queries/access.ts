import "server-only";
import { headers } from "next/headers";
import { readClientAddress } from "@/lib/auth/client-address";
import { refuseRequest } from "@/lib/auth/request-guard";
import { readSessionToken } from "@/lib/auth/session-cookie";
import { readSession, type Session } from "@/lib/auth/sessions";
import { includesRole, type Refusal, type Role } from "@/lib/contract";
import { sqlstateOf } from "@/lib/db/database-error";
import { withPooledClient } from "@/lib/db/pool";
import { readSettings } from "@/lib/env";
import { noteRefusedRequest } from "@/lib/http/refused-requests";
import { prepareConsole, readStatus } from "@/lib/migration";
import { forStrangers, toRefusal, unauthenticated } from "@/lib/queries/refusals";
import { currentTarget } from "@/lib/queries/service";
import { RefusalError } from "@/lib/refusal";

/** What somebody wants to do. */
export interface Wish {
  /** POST changes something: then the request has to come from the console's own pages. */
  method: string;
  /** What cannot be undone needs password or code again, five minutes ago at most. */
  needsConfirmation?: boolean;
}

/**
 * The one guard: who asks, and whether they may. Every server action, route handler and stream calls it before anything
 * else, since each of them is reachable without its page. What holds is the role of this moment, not that of the sign-in.
 */
export async function requireRole(role: Role, { method, needsConfirmation }: Wish): Promise<Access> {
  let session: Session | null = null;
  try {
    refuseForeign(await headers(), method);
    session = await currentSession();
    if (session === null) throw unauthenticated();
    demandRole(session, role);
    if (needsConfirmation === true && !session.isConfirmed) throw unconfirmed();
    return { ok: true, value: session };
  } catch (cause) {
    const refusal = toRefusal(cause);
    if (method !== "POST" && !isUnknowable(refusal)) await noteRefusedLook(refusal, session);
    return { ok: false, refusal, session };
  }
}

/** A look that was refused is for the audit; what was to be changed is written down by whoever was asked to. */
async function noteRefusedLook({ message }: Refusal["error"], session: Session | null): Promise<void> {
  const sent = await headers();
  const [path = ""] = (sent.get("x-path") ?? "").split("?");
  // A page without any session is how everybody arrives: it leads to the sign-in.
  const isArrival = !path.startsWith("/api/") && readSessionToken(sent.get("cookie"), readSettings()) === null;
  if (isArrival) return;
  const who = session === null ? {} : { who: { email: session.email, role: session.role } };
  noteRefusedRequest({ method: "GET", path, address: await currentAddress(), reason: message, ...who });
}

/**
 * Whether nobody can be known, since the place where sessions are kept does not answer or cannot be made. What is said then
 * is that, and why.
 */
export function isUnknowable({ code }: Refusal["error"]): boolean {
  return code !== "unauthenticated" && code !== "forbidden";
}

/** Who asks; or why not, and who it was as far as that is known. */
export type Access = { ok: true; value: Session } | { ok: false; refusal: Refusal["error"]; session: Session | null };

/**
 * Refuses a request to another host, or a change from another site: in front of every handler, also of those without a
 * session.
 *
 * @throws {RefusalError} `forbidden`.
 */
export function refuseForeign(sent: Headers, method: string): void {
  const read = (name: string) => sent.get(name);
  const guarded = { method, host: read("host"), origin: read("origin"), fetchSite: read("sec-fetch-site") };
  const refusal = refuseRequest(guarded, readSettings());
  if (refusal !== null) throw new RefusalError("forbidden", refusal, "Open the console under its own address.");
}

/**
 * Refuses what the operator's role does not include.
 *
 * @throws {RefusalError} `forbidden`.
 */
export function demandRole(session: Session, role: Role): void {
  if (includesRole(session.role, role)) return;
  throw new RefusalError(
    "forbidden",
    `This needs the role ${role}; yours is ${session.role}. Nothing was done.`,
    "Ask somebody who has it, or an admin to give it to you.",
  );
}

/** Sessions found so far, by the headers of their request: a page asks many times, the database is asked once. */
const found = new WeakMap<Headers, Promise<Session | null>>();

/**
 * Whose request this is; null for somebody unknown.
 *
 * @throws {RefusalError} where the database cannot say: it does not answer, or is none to work on.
 */
export async function currentSession(): Promise<Session | null> {
  const sent = await headers();
  const known = found.get(sent);
  if (known !== undefined) return known;
  const session = findSession(sent);
  found.set(sent, session);
  return session;
}

async function findSession(sent: Headers): Promise<Session | null> {
  try {
    const target = await currentTarget();
    const token = readSessionToken(sent.get("cookie"), readSettings()) ?? "";
    const read = () => withPooledClient(target, (client) => readSession(client, token, { isUse: isUse(sent) }));
    return await read().catch(async (cause: unknown) => {
      if (!MISSING.includes(sqlstateOf(cause) ?? "")) throw cause;
      if (await prepareConsole(target)) return read();
      const { message } = await readStatus(target);
      throw new RefusalError("not-eligible", message ?? "This database cannot be worked on.", "");
    });
  } catch (cause) {
    throw forStrangers(cause);
  }
}

/** The console's own tables, or their schema, are not there, or not for this role. */
const MISSING = ["42P01", "3F000", "42501"];

/**
 * Pages read again by themselves, and a stream is open as long as its page: neither keeps a session alive. Pages and
 * actions do, and readings of a page at which somebody is active.
 */
function isUse(sent: Headers): boolean {
  const isReading = sent.get("accept") === "application/json" || sent.get("accept") === "text/event-stream";
  return !isReading || sent.get("tidemark-active") === "1";
}

/** Where the request comes from. */
export async function currentAddress(): Promise<string> {
  return readClientAddress(await headers(), readSettings().TIDEMARK_TRUSTED_PROXIES);
}

function unconfirmed(): RefusalError {
  return new RefusalError(
    "unconfirmed",
    "This cannot be undone, and your password was last given more than five minutes ago. Nothing was done.",
    "Give it again, then go on.",
  );
}
