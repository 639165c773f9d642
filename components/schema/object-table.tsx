import { ObjectIcon, ObjectStateText, ObjectStateWord } from "@/components/schema/object-state";
import { formatCount } from "@/lib/client/format";
import { shortDefinition, summarise } from "@/lib/client/schema-summary";
import type { ObjectState } from "@/lib/contract";

interface NamedObject {
  name: string;
  /** Empty for what belongs to no table. */
  table: string;
  declared: string | null;
  live: string | null;
  state: ObjectState;
  remedy: string | null;
}

/** Indexes, constraints or functions: declared, live where it differs, state, remedy. */
export function ObjectTable(props: { id: string; title: string; note: string; noun: string; rows: NamedObject[] }) {
  const { id, title, note, noun, rows } = props;
  const { state, text } = summarise(rows.map((row) => row.state));
  const hasTables = rows.some(({ table }) => table !== "");
  return (
    <section className="tbl idx" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        <p>
          {formatCount(rows.length)}. {note}
        </p>
        <div className="end">
          <ObjectStateText state={state} text={text} />
        </div>
      </div>
      <table className="table">
        <thead>
          <tr>
            <th className="st">
              <span className="sr">State</span>
            </th>
            <th>{noun}</th>
            {hasTables ? <th className="tb">Table</th> : null}
            <th>Declared</th>
            <th>State</th>
            <th>Remedy</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.table}.${row.name}`}>
              <td className="st">
                <ObjectIcon state={row.state} />
              </td>
              <td>
                <code className="nmx">{row.name}</code>
              </td>
              {hasTables ? (
                <td className="tb">
                  <code className="soft">{row.table}</code>
                </td>
              ) : null}
              <td>
                <code className="soft">{shortDefinition(row.declared ?? row.live ?? "")}</code>
                {row.state === "different" && row.live !== null ? (
                  <>
                    <br />
                    <code className="t-coral">live {shortDefinition(row.live)}</code>
                  </>
                ) : null}
              </td>
              <td>
                <ObjectStateWord state={row.state} />
              </td>
              <td className="soft note">{row.remedy}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
