import { ObjectIcon } from "@/components/schema/object-state";
import { inOrder, isDifferent, statesOf, summarise } from "@/lib/client/schema-summary";
import type { ObjectState, SchemaReport } from "@/lib/contract";

/** Where on the page what is, with how it stands. */
export function SchemaContents({ report, onlyDifferences }: { report: SchemaReport; onlyDifferences: boolean }) {
  const isShown = (states: ObjectState[]) => !onlyDifferences || states.some(isDifferent);
  const across = [
    { id: "indexes", label: "Indexes", states: report.indexes.map(({ state }) => state) },
    { id: "constraints", label: "Constraints", states: report.constraints.map(({ state }) => state) },
    { id: "functions", label: "Functions", states: report.functions.map(({ state }) => state) },
  ].filter(({ states }) => isShown(states));
  const tables = inOrder(report.tables).filter((table) => isShown(statesOf(table)));
  return (
    <nav className="toc" aria-label="On this page">
      {tables.length === 0 ? null : (
        <>
          <h2>Tables</h2>
          <ul>
            {tables.map((table) => {
              const { state, text } = summarise(statesOf(table));
              return (
                <li key={table.name}>
                  <a href={`#table-${table.name}`}>
                    <ObjectIcon state={state} />
                    <code>{table.name}</code>
                    {state === "different" ? <span className="end">{text}</span> : null}
                  </a>
                </li>
              );
            })}
          </ul>
        </>
      )}
      <h2>Across tables</h2>
      <ul>
        {across.map(({ id, label, states }) => (
          <li key={id}>
            <a href={`#${id}`}>
              {label}
              <span className="end">{endText(states)}</span>
            </a>
          </li>
        ))}
        <li>
          <a href="#dependents">
            Dependents<span className="end">{report.dependents.length}</span>
          </a>
        </li>
      </ul>
    </nav>
  );
}

function endText(states: ObjectState[]): string {
  const { state, text } = summarise(states);
  return state === "as-declared" ? String(states.length) : text;
}
