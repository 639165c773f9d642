import type { Role } from "@/lib/contract";

/** The same order as ROLES of the contract, which would bring its whole parser into the browser. */
const RANKS: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/** Why somebody of this role may not do what another one is needed for; null where they may. Pure. */
export function whyNotMay(held: Role, needed: Role): string | null {
  if (RANKS[held] >= RANKS[needed]) return null;
  return `Your role, ${held}, does not include this: it takes an ${needed}.`;
}
