"use client";

import { UserRound } from "lucide-react";
import Link from "next/link";
import { createContext, type ReactNode, useContext } from "react";
import { whyNotMay } from "@/lib/client/own-role";
import type { Role } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Who is signed in. */
interface OwnOperator {
  email: string;
  role: Role;
}

const Own = createContext<OwnOperator | null>(null);

/** Tells everything below who is signed in. */
export function OperatorProvider({ operator, children }: { operator: OwnOperator | null; children: ReactNode }) {
  return <Own value={operator}>{children}</Own>;
}

/** Who is signed in; null on a page that says why nobody can be. */
function useOperator(): OwnOperator | null {
  return useContext(Own);
}

/** Why whoever is signed in may not do what this role is needed for; null where they may. The server judges for itself. */
export function useWhyNotMay(needed: Role): string | null {
  const operator = useOperator();
  return operator === null ? null : whyNotMay(operator.role, needed);
}

/** The way to one's own account, in the top bar. */
export function AccountLink() {
  const operator = useOperator();
  if (operator === null) return null;
  const { role } = operator;
  const email = toDisplayText(operator.email);
  return (
    <Link
      href="/account"
      className="icon-btn"
      aria-label={`Your account: ${email}, ${role}`}
      title={`${email}, ${role}`}
    >
      <UserRound className="i" aria-hidden="true" />
    </Link>
  );
}
