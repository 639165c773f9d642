"use server";

import { z } from "zod";
import { asOperator } from "@/app/actions/operator";
import type { IssuedLink } from "@/lib/auth/links";
import { type Answer, type Operator, role } from "@/lib/contract";
import {
  changeRole,
  findOperator,
  inviteOperator,
  renewPassword,
  signOperatorOut,
  switchOperator,
} from "@/lib/queries/operators";

const one = z.object({ id: z.string().min(1).max(100) });
const newcomer = z.object({ email: z.string().max(300), name: z.string().max(200), role });
const roleChange = one.extend({ role });
const switched = one.extend({ isDisabled: z.boolean() });

/** Adds an operator, and gives the one-time link under which a password is set. */
export async function addOperator(input: unknown): Promise<Answer<IssuedLink>> {
  return asOperator("admin", { action: "add-operator", rate: "steer" }, async (target, _session, note) => {
    const added = newcomer.parse(input);
    note({ detail: `${added.email} as ${added.role}` });
    return inviteOperator(target, added);
  });
}

/** A one-time link under which an operator sets a new password. */
export async function resetOperatorPassword(input: unknown): Promise<Answer<IssuedLink>> {
  return asOperator("admin", { action: "reset-password", rate: "steer" }, async (target, _session, note) => {
    const operator = await findOperator(target, one.parse(input).id);
    note({ detail: operator.email });
    return renewPassword(target, operator);
  });
}

/** Changes what an operator may do, from the next request on. */
export async function setOperatorRole(input: unknown): Promise<Answer<Operator>> {
  return asOperator("admin", { action: "set-role", rate: "steer" }, async (target, _session, note) => {
    const { id, role } = roleChange.parse(input);
    const { email } = await findOperator(target, id);
    note({ detail: `${email} as ${role}` });
    return changeRole(target, id, role);
  });
}

/** Lets an operator in no more, or again. */
export async function setOperatorDisabled(input: unknown): Promise<Answer<Operator>> {
  return asOperator("admin", { action: "disable-operator", rate: "steer" }, async (target, _session, note) => {
    const { id, isDisabled } = switched.parse(input);
    const { email } = await findOperator(target, id);
    note({ detail: `${email} ${isDisabled ? "disabled" : "enabled"}` });
    return switchOperator(target, id, isDisabled);
  });
}

/** Ends every session of an operator. */
export async function endOperatorSessions(input: unknown): Promise<Answer<Operator>> {
  return asOperator("admin", { action: "end-sessions", rate: "steer" }, async (target, _session, note) => {
    const { id, email } = await findOperator(target, one.parse(input).id);
    note({ detail: email });
    return signOperatorOut(target, id);
  });
}
