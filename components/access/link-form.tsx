"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { AccessPage } from "@/components/access/access-page";
import { Field } from "@/components/access/field";
import { PasswordField } from "@/components/access/password-field";
import { RefusalLine } from "@/components/access/refusal-line";
import { useAccess } from "@/components/access/use-access";

interface Link {
  kind: "first-operator" | "password" | "sign-in";
  email: string | null;
}

const TITLES = {
  "first-operator": "Become the first operator",
  password: "Set your password",
  "sign-in": "Signing in",
} as const;

/** What a one-time link is for. Its token stands behind the `#`, which no browser sends; it leaves the address at once. */
export function LinkForm() {
  const token = useRef<string | null>(null);
  const [link, setLink] = useState<Link | null>(null);
  const [password, setPassword] = useState("");
  const { ask, isPending, refusal } = useAccess();

  useEffect(() => {
    if (token.current !== null) return;
    token.current = window.location.hash.slice(1);
    window.history.replaceState(null, "", window.location.pathname);
    void open(token.current);

    async function open(token: string) {
      const seen = await ask<Link>("link", { token });
      if (!seen.ok) return;
      if (seen.value.kind !== "sign-in") return setLink(seen.value);
      if ((await ask("sign-in/link", { token })).ok) window.location.replace("/");
    }
  });

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const given = Object.fromEntries(new FormData(event.currentTarget));
    const answer = await ask<{ status: string }>("link/password", { ...given, token: token.current });
    // With a second factor the new password alone opens nothing.
    if (answer.ok) window.location.replace(answer.value.status === "signed-in" ? "/" : "/sign-in");
  }

  if (link === null) {
    return (
      <AccessPage title={refusal === null ? "Opening your link" : "This link does not open"}>
        <RefusalLine refusal={refusal} />
        {refusal === null ? null : (
          <p className="sm soft">
            Ask an admin for a new one, or make it on the server: <code>tidemark operator reset-password</code>.{" "}
            <a href="/sign-in">Sign in</a>
          </p>
        )}
      </AccessPage>
    );
  }
  const isFirst = link.kind === "first-operator";
  return (
    <AccessPage
      title={TITLES[link.kind]}
      lead={isFirst ? "Nobody may sign in yet. You will be an admin, and add the others." : `For ${link.email}.`}
    >
      <form className="access-form" onSubmit={send}>
        {isFirst ? (
          <>
            <Field label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
            <Field label="Name" name="name" autoComplete="name" required />
          </>
        ) : (
          <input type="hidden" autoComplete="username" value={link.email ?? ""} readOnly />
        )}
        <PasswordField value={password} onChange={setPassword} />
        <RefusalLine refusal={refusal} />
        <button type="submit" className="btn primary big wide" aria-disabled={isPending}>
          {isFirst ? "Become an admin" : "Set the password"}
        </button>
      </form>
    </AccessPage>
  );
}
