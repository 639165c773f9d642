import { Field } from "@/components/access/field";

/** From so many characters on a password needs no advice; fewer than the least are refused. */
const ADVISED_LENGTH = 15;

/** Where a new password is typed, with advice as long as it is short. */
export function PasswordField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { length } = [...value];
  return (
    <Field
      label="New password"
      type="password"
      name="password"
      autoComplete="new-password"
      required
      minLength={8}
      maxLength={256}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      note={
        length === 0 || length >= ADVISED_LENGTH
          ? "15 characters or more: several words do. Nothing is cut off."
          : `${length} characters; 15 or more are advised.`
      }
    />
  );
}
