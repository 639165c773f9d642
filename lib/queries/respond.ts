import "server-only";
import type { Answer, Refusal } from "@/lib/contract";

const HEADERS = { "Cache-Control": "no-store" };

/**
 * HTTP status of a refusal: 409 for a run in the way, 503 for a database that cannot be worked on, 401 and 403 for somebody
 * unknown and for somebody who may not.
 */
const STATUS_OF_REFUSAL: Record<Refusal["error"]["code"], number> = {
  usage: 503,
  unreachable: 503,
  "not-eligible": 503,
  "active-run": 409,
  unauthenticated: 401,
  forbidden: 403,
  unconfirmed: 403,
  "too-many": 429,
};

/** An answer as JSON: the bare value, or the refusal with its HTTP status. */
export function respond<T>(answer: Answer<T>): Response {
  if (answer.ok) return Response.json(answer.value, { headers: HEADERS });
  return refuse(answer.refusal, STATUS_OF_REFUSAL[answer.refusal.code]);
}

/** 404 for a run that does not exist. */
export function respondNoRun(): Response {
  const message = "There is no such run.";
  return refuse({ code: "usage", message, remedy: "GET /api/runs lists all runs.", activeRun: null }, 404);
}

/** 400 for a format in which there is no file; the remedy names those there are. */
export function respondNoFormat(formats: Record<string, unknown>): Response {
  const message = "There is no such format.";
  const remedy = `Ask for ${Object.keys(formats).join(" or ")}.`;
  return refuse({ code: "usage", message, remedy, activeRun: null }, 400);
}

function refuse(error: Refusal["error"], status: number): Response {
  return Response.json({ error } satisfies Refusal, { status, headers: HEADERS });
}

/** A run id out of a path, or null. */
export function readRunId(segment: string): number | null {
  return /^[1-9]\d{0,14}$/.test(segment) ? Number(segment) : null;
}
