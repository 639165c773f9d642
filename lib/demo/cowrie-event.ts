/** One line of Cowrie's JSON log, as far as the loader reads it. */
export interface CowrieEvent {
  /** The line as it was logged; NUL escapes included. */
  payload: string;
  /** Null: the line belongs to no session, or its id does not fit the column. */
  sessionId: string | null;
  /** E.g. `cowrie.command.input`, at most 128 characters. */
  type: string | null;
  /** ISO 8601 UTC with microseconds, or null where the line has no usable time. Sorts as text. */
  timestamp: string | null;
  /** As logged, not checked. */
  sourceAddress: string | null;
  /** What the attacker typed. */
  input: string | null;
}

/** Reads one line; a string says why it is not an event. */
export function readEvent(line: string): CowrieEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "not JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not a JSON object";
  const event = value as Record<string, unknown>;
  const sessionId = readText(event.session);
  return {
    payload: line,
    sessionId: sessionId !== null && sessionId.length <= 64 ? sessionId : null,
    type: readText(event.eventid)?.slice(0, 128) ?? null,
    timestamp: readTimestamp(event.timestamp),
    sourceAddress: readText(event.src_ip),
    input: readText(event.input),
  };
}

/** A NUL, or half of a surrogate pair: JSON can say them, PostgreSQL's text cannot. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** A text that a PostgreSQL column can hold, or null. */
function readText(value: unknown): string | null {
  return typeof value === "string" && value !== "" && !UNSTORABLE.test(value) ? value : null;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/;

/** Cowrie logs microseconds and `Z`; old versions log neither zone nor fraction, in UTC. */
function readTimestamp(value: unknown): string | null {
  const [, date, time, fraction = "", zone = "Z"] = TIMESTAMP.exec(typeof value === "string" ? value : "") ?? [];
  if (date === undefined || date.startsWith("0000")) return null;
  const at = new Date(`${date}T${time}${zone.replace(/(\d\d)(\d\d)$/, "$1:$2")}`);
  if (Number.isNaN(at.getTime())) return null;
  return at.toISOString().replace(/\.000Z$/, `.${fraction.slice(0, 6).padEnd(6, "0")}Z`);
}
