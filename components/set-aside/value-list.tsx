import Form from "next/form";
import Link from "next/link";
import {
  isOfGroup,
  type SetAsideNarrowing,
  type SetAsideReasonGroup,
  type SetAsideRow,
  toColumnName,
  toListAddress,
} from "@/components/set-aside/set-aside";
import { Empty } from "@/components/ui/empty";
import { ObjectName } from "@/components/ui/object-name";
import { formatCounted } from "@/lib/client/format";
import { toDisplayText } from "@/lib/plain-text";

interface Props {
  groups: SetAsideReasonGroup[];
  values: SetAsideRow[];
  filter: SetAsideNarrowing;
  isFirstPage: boolean;
  next: string | null;
}

const LABELS = { table: "Table", field: "Field", reason: "Reason" };
const COLUMNS = ["table", "field", "reason"] as const;

/** The values one by one: which row, which column, why, what stood there, and which run met it. */
export function ValueList({ groups, values, filter, isFirstPage, next }: Props) {
  const matching = groups.filter((group) => isOfGroup(filter, group));
  const count = matching.reduce((sum, group) => sum + group.count, 0);
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <section className="section" aria-labelledby="values">
      <div className="section-head">
        <h2 id="values">{formatCounted(count, "value")}</h2>
        <p>
          {isNarrowed ? "Narrowed, in" : "In"} the order of table, key and field{isFirstPage ? "" : ", a later page"}
        </p>
      </div>
      <Form action="/set-aside" className="narrowing">
        {COLUMNS.map((name) => (
          <Choice key={name} name={name} chosen={filter[name]} options={groups.map((group) => group[name])} />
        ))}
        <button type="submit" className="btn">
          Show
        </button>
        {isNarrowed ? (
          <Link className="btn quiet" href="/set-aside">
            Show all
          </Link>
        ) : null}
      </Form>
      {values.length === 0 ? (
        <Empty>No value of that kind is set aside{isFirstPage ? "" : " from here on"}.</Empty>
      ) : (
        <ValueTable values={values} />
      )}
      {isFirstPage && next === null ? null : (
        <nav className="mt-4 flex gap-2" aria-label="Pages of the list">
          {isFirstPage ? null : (
            <Link className="btn" href={toListAddress(filter)}>
              First page
            </Link>
          )}
          {next === null ? null : (
            <Link className="btn" href={toListAddress(filter, next)} rel="next">
              Next page
            </Link>
          )}
        </nav>
      )}
    </section>
  );
}

function Choice({
  name,
  chosen,
  options,
}: {
  name: keyof typeof LABELS;
  chosen: string | undefined;
  options: string[];
}) {
  return (
    <label className="field">
      <span aria-hidden="true">{LABELS[name]}</span>
      <select key={chosen ?? ""} name={name} aria-label={LABELS[name]} defaultValue={chosen ?? ""}>
        <option value="">any</option>
        {[...new Set([...options, ...(chosen === undefined ? [] : [chosen])])].sort().map((option) => (
          <option key={option} value={option}>
            {toDisplayText(name === "field" ? toColumnName(option) : option)}
          </option>
        ))}
      </select>
    </label>
  );
}

function ValueTable({ values }: { values: SetAsideRow[] }) {
  return (
    <table className="table values">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Field</th>
          <th scope="col" className="hide-s">
            Reason
          </th>
          <th scope="col">Value</th>
          <th scope="col" className="num">
            Run
          </th>
        </tr>
      </thead>
      <tbody>
        {values.map(({ table, key, field, reason, value, runId }) => (
          <tr key={`${table} ${key} ${field}`} className="[overflow-wrap:anywhere]">
            <td>
              <code>{toDisplayText(key)}</code>
              <ObjectName name={table} className="block text-ink-3" />
            </td>
            <td>
              <ObjectName name={toColumnName(field)} />
              <code className="only-s text-ink-3">{toDisplayText(reason)}</code>
            </td>
            <td className="hide-s">
              <code>{toDisplayText(reason)}</code>
            </td>
            <td>
              {value === null ? (
                <span className="muted">the whole document</span>
              ) : value.trim() === "" ? (
                <span className="muted">blank</span>
              ) : (
                <code>{toDisplayText(value)}</code>
              )}
            </td>
            <td className="num">
              <Link href={`/runs/${runId}`}>{runId}</Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
