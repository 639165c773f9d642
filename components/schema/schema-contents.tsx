"use client";

import { ObjectIcon } from "@/components/schema/object-state";
import { useSectionInView } from "@/components/schema/use-section-in-view";
import { summariseTable } from "@/lib/client/schema-report";
import { inOrder, isDifferent, isWrong, statesOf, summarise } from "@/lib/client/schema-summary";
import type { ObjectState, SchemaReport } from "@/lib/contract";

/** Where on the page what is, with how it stands; the section that is read now is marked. */
export function SchemaContents(props: {
  report: SchemaReport;
  onlyDifferences: boolean;
  /** Dependents that keep a repair from being done, by name. */
  inTheWay: readonly string[];
}) {
  const { report, onlyDifferences, inTheWay } = props;
  const isShown = (states: ObjectState[]) => !onlyDifferences || states.some(isDifferent);
  const tables = inOrder(report.tables)
    .filter((table) => isShown(statesOf(table)))
    .map((table) => ({ id: `table-${table.name}`, name: table.name, ...summariseTable(table) }));
  const across = [
    { id: "indexes", label: "Indexes", states: report.indexes.map(({ state }) => state) },
    { id: "constraints", label: "Constraints", states: report.constraints.map(({ state }) => state) },
    { id: "functions", label: "Functions", states: report.functions.map(({ state }) => state) },
  ].filter(({ states }) => isShown(states));
  const current = useSectionInView([...tables, ...across, { id: "dependents" }].map(({ id }) => id));
  const at = (id: string) => ({ href: `#${id}`, "aria-current": id === current ? ("location" as const) : undefined });
  return (
    <nav className="toc" aria-label="On this page">
      {tables.length === 0 ? null : (
        <>
          <h2>Tables</h2>
          <ul>
            {tables.map(({ id, name, state, short }) => (
              <li key={id}>
                <a {...at(id)}>
                  <ObjectIcon state={state} />
                  <code>{name}</code>
                  {isWrong(state) ? <span className="end">{short}</span> : null}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>Across tables</h2>
      <ul>
        {across.map(({ id, label, states }) => (
          <li key={id}>
            <a {...at(id)}>
              {label}
              <span className="end">{endText(states)}</span>
            </a>
          </li>
        ))}
        <li>
          <a {...at("dependents")}>
            Dependents
            <span className="end">
              {inTheWay.length === 0 ? report.dependents.length : `${inTheWay.length} in the way`}
            </span>
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
