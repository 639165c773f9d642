import type { Role } from "@/lib/contract";

/** What a role is good for, as a sentence; in the order in which each includes the one before. */
export const ROLE_WORDS: Record<Role, string> = {
  viewer: "A viewer sees everything and changes nothing.",
  operator: "An operator starts, pauses, cancels and paces runs.",
  admin: "An admin may also reset, repair what others depend on, and manage operators.",
};

/** The roles, as they are listed to choose from. */
export const ROLE_NAMES = Object.keys(ROLE_WORDS) as Role[];

/** The role that was chosen in that list. */
export function toRole(chosen: string): Role {
  return ROLE_NAMES.find((role) => role === chosen) ?? "viewer";
}
