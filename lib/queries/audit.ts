import "server-only";
import { z } from "zod";
import { type AuditFilter, readAudit, readAuditChoices } from "@/lib/audit/audit-store";
import { type Answer, AUDIT_OUTCOMES, type AuditEvent } from "@/lib/contract";
import { answer } from "@/lib/queries/answers";

/** Events on a page of the list. */
const PAGE_SIZE = 100;

const word = z
  .string()
  .min(1)
  .max(200)
  // PostgreSQL has no text with a NUL in it.
  .refine((text) => !text.includes("\0"))
  .optional()
  .catch(undefined);
const number = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional().catch(undefined);
const day = z.iso.date().optional().catch(undefined);

const parameters = z.object({
  actor: word,
  action: word,
  outcome: z.enum(AUDIT_OUTCOMES).optional().catch(undefined),
  run: number,
  from: day,
  until: day,
  before: number,
});

/** What the address of the page or of the export asks for. */
export interface AuditQuery {
  filter: AuditFilter;
  /** As the form shows it: days in UTC, the last one included. */
  days: { from?: string; until?: string };
  before: number | null;
}

/** What `given` asks for; what it does not say, or says wrongly, narrows nothing. */
export function readAuditQuery(given: Record<string, string | string[] | undefined>): AuditQuery {
  const { run, from, until, before, ...words } = parameters.parse(given);
  const asked = {
    ...words,
    runId: run,
    from: from === undefined ? undefined : `${from}T00:00:00Z`,
    until: until === undefined ? undefined : dayAfter(until),
  };
  return { filter: withoutAbsent(asked), days: withoutAbsent({ from, until }), before: before ?? null };
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString();
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutAbsent<T extends object>(given: T): Present<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** A page of the audit, and by whom and what it can be narrowed. */
export interface AuditPage {
  events: AuditEvent[];
  /** Number of the event behind which the next page begins; null on the last one. */
  next: number | null;
  actors: string[];
  actions: string[];
}

/** A page of the audit, newest first. */
export function answerAudit({ filter, before }: AuditQuery): Promise<Answer<AuditPage>> {
  return answer(async (target) => {
    const page = readAudit(target, { filter, before, limit: PAGE_SIZE });
    const [{ events, next }, choices] = await Promise.all([page, readAuditChoices(target)]);
    return { events, next, ...choices };
  });
}
