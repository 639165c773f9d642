"use client";

import { type FormEvent, useEffect, useState } from "react";
import { Field } from "@/components/access/field";
import { RefusalLine } from "@/components/access/refusal-line";
import { useAccess } from "@/components/access/use-access";

/** Address and password, then the code of the second factor where there is one; goes on to `next`. */
export function SignInForm({ next, hasProvider }: { next: string; hasProvider: boolean }) {
  const [isCodeNeeded, setCodeNeeded] = useState(false);
  const { ask, isPending, refusal } = useAccess();

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const given = Object.fromEntries(new FormData(event.currentTarget));
    const answer = await ask<{ status: string }>(isCodeNeeded ? "sign-in/code" : "sign-in", given);
    if (!answer.ok) return;
    if (answer.value.status === "code-needed") return setCodeNeeded(true);
    window.location.replace(next);
  }

  async function goToProvider() {
    const answer = await ask<{ url: string }>("sign-in/provider");
    if (answer.ok) window.location.assign(answer.value.url);
  }

  return (
    <form className="access-form" onSubmit={send}>
      {isCodeNeeded ? (
        <Field
          key="code"
          label="Code"
          name="code"
          autoComplete="one-time-code"
          required
          autoFocus
          note="Six digits from your app, or one of your backup codes."
        />
      ) : (
        <>
          <Field label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
          <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        </>
      )}
      <RefusalLine refusal={refusal} />
      <button type="submit" className="btn primary big wide" aria-disabled={isPending}>
        {isCodeNeeded ? "Go on" : "Sign in"}
      </button>
      {hasProvider && !isCodeNeeded ? (
        <button type="button" className="btn wide" onClick={goToProvider}>
          Sign in with your organisation
        </button>
      ) : null}
    </form>
  );
}

/**
 * Goes on to `next` from a page of this console: a browser that was sent here by another site kept the session cookie to
 * itself.
 */
export function Arrived({ next }: { next: string }) {
  useEffect(() => window.location.replace(next), [next]);
  return (
    <p role="status" className="muted mt-6">
      Opening the console.
    </p>
  );
}
