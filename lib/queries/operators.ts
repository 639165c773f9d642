import "server-only";
import { forgetAttempts } from "@/lib/auth/attempts";
import { type IssuedLink, issueLink } from "@/lib/auth/links";
import {
  addOperator,
  endSessions,
  listOperators,
  type NewOperator,
  readOperator,
  setDisabled,
  setRole,
} from "@/lib/auth/operators";
import type { Answer, Operator, Role } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { sharedPool, withPooledClient } from "@/lib/db/pool";
import { readSettings } from "@/lib/env";
import { requireRole } from "@/lib/queries/access";
import { answer } from "@/lib/queries/answers";

/** Everybody who may sign in, or might; for admins. */
export async function answerOperators(): Promise<Answer<Operator[]>> {
  const access = await requireRole("admin", { method: "GET" });
  return access.ok ? answer((target) => withPooledClient(target, listOperators)) : access;
}

/** The operator who asks. */
export async function answerOwnOperator(): Promise<Answer<Operator>> {
  const access = await requireRole("viewer", { method: "GET" });
  return access.ok ? answer((target) => findOperator(target, access.value.operatorId)) : access;
}

/** The operator of an id. */
export function findOperator(target: DatabaseTarget, id: string): Promise<Operator> {
  return withPooledClient(target, (client) => readOperator(client, id));
}

/** Adds an operator, and gives the one-time link under which a password is set. */
export async function inviteOperator(target: DatabaseTarget, added: NewOperator): Promise<IssuedLink> {
  const { id } = await withPooledClient(target, (client) => addOperator(client, added));
  return offerPassword(target, id);
}

/** A one-time link under which an operator sets a new password; the old one is good until then. */
export async function renewPassword(target: DatabaseTarget, { id, email }: Operator): Promise<IssuedLink> {
  await forgetAttempts(sharedPool(target), email);
  return offerPassword(target, id);
}

function offerPassword(target: DatabaseTarget, operatorId: string): Promise<IssuedLink> {
  return withPooledClient(target, (client) => issueLink(client, { kind: "password", operatorId }, readSettings()));
}

/** Changes what an operator may do. */
export function changeRole(target: DatabaseTarget, id: string, role: Role): Promise<Operator> {
  return withPooledClient(target, (client) => setRole(client, id, role));
}

/** Lets an operator in no more, or again. */
export function switchOperator(target: DatabaseTarget, id: string, isDisabled: boolean): Promise<Operator> {
  return withPooledClient(target, (client) => setDisabled(client, id, isDisabled));
}

/** Ends every session of an operator. */
export async function signOperatorOut(target: DatabaseTarget, id: string): Promise<Operator> {
  await withPooledClient(target, (client) => endSessions(client, id));
  return findOperator(target, id);
}
