import { Empty } from "@/components/ui/empty";
import { StateIcon } from "@/components/ui/icons";
import type { SchemaReport } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Views and functions of others that stand on our tables; `inTheWay` names those that a repair has to drop. */
export function DependentList(props: { dependents: SchemaReport["dependents"]; inTheWay: readonly string[] }) {
  const { dependents, inTheWay } = props;
  return (
    <section className="tbl" aria-labelledby="dependents">
      <div className="section-head">
        <h2 id="dependents">Dependents</h2>
        <p>Objects of others that stand on these tables; none is dropped without your consent, by name</p>
      </div>
      {dependents.length === 0 ? (
        <Empty>None. Views and functions that use these tables are listed here.</Empty>
      ) : (
        <ul className="sm">
          {dependents.map(({ kind, object, on, definition }) => (
            <li key={`${object} ${on}`} className="border-b border-line py-2">
              <details>
                <summary>
                  {kind} <code>{toDisplayText(object)}</code> <span className="muted">on</span>{" "}
                  <code>{toDisplayText(on)}</code>
                  {inTheWay.includes(object) ? (
                    <span className="state t-coral ml-2 align-bottom">
                      <StateIcon state="blocked" small /> in the way of a repair
                    </span>
                  ) : null}
                </summary>
                <pre className="sql">{toDisplayText(definition)}</pre>
              </details>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
