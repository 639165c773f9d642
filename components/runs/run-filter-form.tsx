import Form from "next/form";
import Link from "next/link";
import type { RunHistoryQuery } from "@/lib/client/run-history";
import type { RunKind, RunOutcomeName } from "@/lib/contract";

const KINDS: Record<RunKind, string> = {
  migrate: "migrate",
  "catch-up": "catch-up",
  reset: "reset",
  verify: "verify",
};
const OUTCOMES: Record<RunOutcomeName, string> = {
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
  interrupted: "interrupted",
  "under-way": "under way",
};

/** Narrows the list to a kind and an outcome; works without scripts. */
export function RunFilterForm({ query: { kind, outcome } }: { query: RunHistoryQuery }) {
  return (
    <Form action="/runs" className="run-filter flex flex-wrap items-center gap-2 py-3">
      <Choice name="kind" label="Kind" chosen={kind} options={KINDS} />
      <Choice name="outcome" label="Outcome" chosen={outcome} options={OUTCOMES} />
      <button type="submit" className="btn">
        Show
      </button>
      {kind === undefined && outcome === undefined ? null : (
        <Link className="btn quiet" href="/runs">
          Show all
        </Link>
      )}
    </Form>
  );
}

function Choice(props: { name: string; label: string; chosen: string | undefined; options: Record<string, string> }) {
  const { name, label, chosen = "", options } = props;
  return (
    <label className="field">
      <span aria-hidden="true">{label}</span>
      <select
        key={chosen}
        name={name}
        aria-label={label}
        defaultValue={chosen}
        className="border-0 bg-surface text-ink outline-0"
      >
        <option value="">any</option>
        {Object.entries(options).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
