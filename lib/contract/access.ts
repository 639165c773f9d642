import { z } from "zod";
import { count, time } from "@/lib/contract/scalars";

/** What an operator may do, each including the one before: see everything; run, pause, cancel; reset, operators. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

/** Whether somebody who holds one role may do what another one is asked for. Pure. */
export function includesRole(held: Role, asked: Role): boolean {
  return ROLES.indexOf(held) >= ROLES.indexOf(asked);
}

/** Somebody who may sign in. */
export const operator = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  /** Null while the operator may sign in. */
  disabledAt: time.nullable(),
  hasPassword: z.boolean(),
  hasTwoFactor: z.boolean(),
  /** Sessions that are alive now. */
  sessions: count,
  /** Last use of one of them; null where there is none. */
  seenAt: time.nullable(),
});
export type Operator = z.infer<typeof operator>;

/** `tidemark operator list --json`. */
export const operatorList = z.object({ operators: z.array(operator) });

/** `tidemark operator add|reset-password --json`: the one-time link under which the operator sets a password. */
export const operatorLink = z.object({ operator, link: z.string(), expiresAt: time });

/** `tidemark operator disable --json`. */
export const operatorChange = z.object({ operator });

/** How something that was asked for ended: it was done, turned down, or went wrong. */
export const AUDIT_OUTCOMES = ["done", "refused", "failed"] as const;
export const auditOutcome = z.enum(AUDIT_OUTCOMES);
export type AuditOutcome = z.infer<typeof auditOutcome>;

/** One line of the audit. */
export const auditEvent = z.object({
  id: count,
  at: time,
  /** Who: an operator's e-mail, or what is known of whoever it was. */
  actor: z.string(),
  role: role.nullable(),
  /** From which address, or, on a command line, on which machine; null where that is not known. */
  address: z.string().nullable(),
  /** What, in words of its own: `run-migration`, `sign-in`. */
  action: z.string(),
  runId: count.nullable(),
  outcome: auditOutcome,
  /** Why it was turned down or went wrong, or what about it is worth knowing. */
  detail: z.string().nullable(),
  /** sha256 of what was typed to confirm it. */
  confirmation: z.string().nullable(),
});
export type AuditEvent = z.infer<typeof auditEvent>;
