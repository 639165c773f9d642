"use client";

import { useId } from "react";
import { Field } from "@/components/access/field";
import { ROLE_NAMES, ROLE_WORDS, toRole } from "@/components/access/role-words";
import type { Role } from "@/lib/contract";

/** The form that adds an operator. */
export function NewOperator({ onAdd }: { onAdd: (added: { email: string; name: string; role: Role }) => void }) {
  const select = useId();
  return (
    <section className="section" aria-labelledby="new-operator">
      <div className="section-head">
        <h2 id="new-operator">One more</h2>
        <p>{Object.values(ROLE_WORDS).join(" ")}</p>
      </div>
      <form
        className="one-line-form mt-4"
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget);
          const text = (name: string) => String(given.get(name) ?? "");
          onAdd({ email: text("email"), name: text("name"), role: toRole(text("role")) });
          event.currentTarget.reset();
        }}
      >
        <Field label="E-mail" name="email" type="email" autoComplete="off" required />
        <Field label="Name" name="name" autoComplete="off" required />
        <div className="access-field fit">
          <label htmlFor={select}>Role</label>
          <select id={select} name="role" defaultValue="operator">
            {ROLE_NAMES.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
        </div>
        <button type="submit" className="btn primary">
          Add
        </button>
      </form>
    </section>
  );
}
