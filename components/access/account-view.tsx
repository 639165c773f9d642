"use client";

import { LogOut } from "lucide-react";
import Link from "next/link";
import { ROLE_WORDS } from "@/components/access/role-words";
import { TwoFactor } from "@/components/access/two-factor";
import { useAccess } from "@/components/access/use-access";
import type { Operator } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Who one is here, the second factor, and the way out. */
export function AccountView({ operator }: { operator: Operator }) {
  const { ask, isPending } = useAccess();

  async function signOut() {
    if (!isPending && (await ask("sign-out")).ok) window.location.replace("/sign-in");
  }

  return (
    <>
      <h1>Your account</h1>
      <p className="lead">
        Signed in as {toDisplayText(operator.email)}. {ROLE_WORDS[operator.role]}
      </p>
      <div className="mt-5 flex flex-wrap gap-2">
        <button type="button" className="btn" aria-disabled={isPending} onClick={signOut}>
          <LogOut className="i i-s" aria-hidden="true" /> Sign out
        </button>
        {operator.role === "admin" ? (
          <Link className="btn" href="/operators">
            Operators
          </Link>
        ) : null}
      </div>
      <section className="section" aria-labelledby="session">
        <div className="section-head">
          <h2 id="session">Session</h2>
        </div>
        <p className="sm soft mt-4 max-w-[70ch]">
          It ends after 30 minutes in which nobody uses it, and after 12 hours in any case. A run goes on without it.
          You have {operator.sessions === 1 ? "this one" : `${operator.sessions} sessions`} open.
        </p>
      </section>
      <section className="section" aria-labelledby="two-factor">
        <div className="section-head">
          <h2 id="two-factor">Second factor</h2>
          <p>{operator.hasTwoFactor ? "on" : "off"}</p>
        </div>
        {operator.hasPassword ? (
          <TwoFactor isOn={operator.hasTwoFactor} />
        ) : (
          <p className="sm soft mt-4">You have no password here: your identity provider asks for a second factor.</p>
        )}
      </section>
    </>
  );
}
