"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Field } from "@/components/access/field";
import { RefusalLine } from "@/components/access/refusal-line";
import { useAccess } from "@/components/access/use-access";
import { CopyButton } from "@/components/ui/copy-button";

interface Begun {
  address: string;
  backupCodes: string[];
}

/** Sets the second factor up, step by step, or gives it up. */
export function TwoFactor({ isOn }: { isOn: boolean }) {
  const router = useRouter();
  const [begun, setBegun] = useState<Begun | null>(null);
  const { ask, isPending, refusal } = useAccess();

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const given = Object.fromEntries(new FormData(event.currentTarget));
    if (begun === null && !isOn) {
      const answer = await ask<Begun>("two-factor/begin", given);
      if (answer.ok) setBegun(answer.value);
      return;
    }
    if (!(await ask(isOn ? "two-factor/end" : "two-factor/finish", given)).ok) return;
    setBegun(null);
    router.refresh();
  }

  return (
    <form className="mt-4 stack sm max-w-[44rem]" onSubmit={send}>
      {begun === null ? (
        <p className="soft">
          {isOn
            ? "Each sign-in asks for a code of your app. A code also confirms a reset."
            : "A code of an app besides your password, at each sign-in."}
        </p>
      ) : (
        <Setup {...begun} />
      )}
      <div className="one-line-form">
        {begun === null ? (
          <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        ) : (
          <Field label="Code of your app" name="code" inputMode="numeric" autoComplete="one-time-code" required />
        )}
        <button type="submit" className="btn" aria-disabled={isPending}>
          {begun !== null ? "Turn on" : isOn ? "Turn off" : "Set up"}
        </button>
      </div>
      <RefusalLine refusal={refusal} />
    </form>
  );
}

function Setup({ address, backupCodes }: Begun) {
  const key = new URL(address).searchParams.get("secret") ?? "";
  return (
    <>
      <p>
        Enter this key in your app, <a href={address}>or open it there</a>:
      </p>
      <p>
        <code>{key.replace(/(.{4})(?=.)/g, "$1 ")}</code>{" "}
        <CopyButton label="Copy the key" className="icon-btn" read={() => key} />
      </p>
      <p>Keep these backup codes where your phone is not. Each is good once; they are not shown again.</p>
      <ul className="backup-codes">
        {backupCodes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <p>Then give a code of your app: from then on it is asked for.</p>
    </>
  );
}
