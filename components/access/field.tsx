import { type ComponentProps, type ReactNode, useId } from "react";

/** One line of a form: its name, where to type, and what there is to know about it. */
export function Field({ label, note, ...input }: { label: string; note?: ReactNode } & ComponentProps<"input">) {
  const ids = { input: useId(), note: useId() };
  return (
    <div className="access-field">
      <label htmlFor={ids.input}>{label}</label>
      <div className="field">
        <input
          id={ids.input}
          aria-describedby={note === undefined ? undefined : ids.note}
          autoCapitalize="off"
          spellCheck={false}
          {...input}
        />
      </div>
      {note === undefined ? null : (
        <p id={ids.note} className="xs muted">
          {note}
        </p>
      )}
    </div>
  );
}
