import type { CowrieEvent } from "@/lib/demo/cowrie-event";

/** What the application's loader keeps of a session's events. */
export interface SessionSummary {
  sessionId: string;
  firstEventAt: string | null;
  lastEventAt: string | null;
  eventCount: number;
  commandCount: number;
  fileDownloads: number;
  loginAttempts: number;
  sshKeyInjections: number;
  sshKeys: Set<string>;
  /** Of the first event that names one. */
  sourceAddress: string | null;
  files: Set<string>;
}

const PUBLIC_KEY = /(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+) ([A-Za-z0-9+/=]{40,})/;

/** Sessions so far, by id, in the order of their first lines. */
export class SessionSummaries {
  readonly #sessions = new Map<string, SessionSummary>();

  get size(): number {
    return this.#sessions.size;
  }

  values(): Iterable<SessionSummary> {
    return this.#sessions.values();
  }

  /** Counts one event of `file`; events without a session belong to nobody. */
  add(event: CowrieEvent, file: string): void {
    if (event.sessionId === null) return;
    const session = this.#sessions.get(event.sessionId) ?? this.#open(event.sessionId);
    session.eventCount += 1;
    session.files.add(file);
    session.sourceAddress ??= event.sourceAddress;
    if (event.type?.startsWith("cowrie.command.")) session.commandCount += 1;
    if (event.type?.startsWith("cowrie.login.")) session.loginAttempts += 1;
    if (event.type?.startsWith("cowrie.session.file_")) session.fileDownloads += 1;
    countKey(session, event);
    if (event.timestamp === null) return;
    if (session.firstEventAt === null || event.timestamp < session.firstEventAt) session.firstEventAt = event.timestamp;
    if (session.lastEventAt === null || event.timestamp > session.lastEventAt) session.lastEventAt = event.timestamp;
  }

  #open(sessionId: string): SessionSummary {
    const session: SessionSummary = {
      sessionId,
      firstEventAt: null,
      lastEventAt: null,
      eventCount: 0,
      commandCount: 0,
      fileDownloads: 0,
      loginAttempts: 0,
      sshKeyInjections: 0,
      sshKeys: new Set(),
      sourceAddress: null,
      files: new Set(),
    };
    this.#sessions.set(sessionId, session);
    return session;
  }
}

/** Commands are logged twice, as input and as success; only what was typed counts as an injection. */
function countKey(session: SessionSummary, event: CowrieEvent): void {
  if (event.type !== "cowrie.command.input" || !event.input?.includes("authorized_keys")) return;
  const [, key] = PUBLIC_KEY.exec(event.input) ?? [];
  if (key === undefined) return;
  session.sshKeyInjections += 1;
  session.sshKeys.add(key);
}
