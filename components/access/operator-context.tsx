"use client";

import { UserRound } from "lucide-react";
import Link from "next/link";
import { createContext, type ReactNode, useContext } from "react";
import type { Role } from "@/lib/contract";

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

/** The way to one's own account, in the top bar. */
export function AccountLink() {
  const operator = useOperator();
  if (operator === null) return null;
  const { email, role } = operator;
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
