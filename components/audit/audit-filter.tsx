import Form from "next/form";
import Link from "next/link";
import { type AuditNarrowing, OUTCOMES } from "@/components/audit/audit";
import { toDisplayText } from "@/lib/plain-text";

/** Narrows the list: works without scripts, and its address can be kept. */
export function AuditFilter({
  narrowing,
  actors,
  actions,
}: {
  narrowing: AuditNarrowing;
  actors: string[];
  actions: string[];
}) {
  return (
    <Form action="/audit" className="flex flex-wrap items-center gap-2 py-3">
      <Choice name="actor" label="Who" chosen={narrowing.actor} options={actors} />
      <Choice name="action" label="What" chosen={narrowing.action} options={actions} />
      <Choice name="outcome" label="Outcome" chosen={narrowing.outcome} options={OUTCOMES} />
      <Entry name="run" label="Run" type="number" given={narrowing.run} />
      <Entry name="from" label="From" type="date" given={narrowing.from} />
      <Entry name="until" label="Until" type="date" given={narrowing.until} />
      <button type="submit" className="btn">
        Show
      </button>
      {Object.keys(narrowing).length === 0 ? null : (
        <Link className="btn quiet" href="/audit">
          Show all
        </Link>
      )}
    </Form>
  );
}

function Choice({
  name,
  label,
  chosen,
  options,
}: {
  name: string;
  label: string;
  chosen: string | undefined;
  options: readonly string[];
}) {
  return (
    <label className="field">
      <span aria-hidden="true">{label}</span>
      <select
        key={chosen ?? ""}
        name={name}
        aria-label={label}
        defaultValue={chosen ?? ""}
        className="max-w-[11rem] border-0 bg-surface text-ink outline-0"
      >
        <option value="">any</option>
        {[...new Set([...options, ...(chosen === undefined ? [] : [chosen])])].sort().map((option) => (
          <option key={option} value={option}>
            {toDisplayText(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Entry({
  name,
  label,
  type,
  given,
}: {
  name: string;
  label: string;
  type: "number" | "date";
  given: string | number | undefined;
}) {
  return (
    <label className="field">
      <span aria-hidden="true">{label}</span>
      <input
        key={given ?? ""}
        name={name}
        type={type}
        min={type === "number" ? 1 : undefined}
        aria-label={label}
        defaultValue={given ?? ""}
        className={type === "number" ? "max-w-[4rem]" : ""}
      />
    </label>
  );
}
