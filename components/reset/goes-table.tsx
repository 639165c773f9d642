"use client";

import { useQuery } from "@tanstack/react-query";
import { ObjectName } from "@/components/ui/object-name";
import { formatCounted, formatList } from "@/lib/client/format";
import { answeredValue, runsOptions } from "@/lib/client/query-options";
import { toObjectText, toRebuildText } from "@/lib/client/reset-words";
import type { ResetPreview, Status } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

type Kind = ResetPreview["objects"][number]["kind"];

const NOUNS: Record<Kind, [one: string, many: string]> = {
  table: ["table", "tables"],
  column: ["column", "columns"],
  index: ["index", "indexes"],
  constraint: ["constraint", "constraints"],
  function: ["function", "functions"],
};

/** Every object that goes, with its rows and size, and the version that is written in the same transaction. */
export function GoesTable({ preview: { objects }, status }: { preview: ResetPreview; status: Status }) {
  const runs = answeredValue(useQuery(runsOptions).data)?.runs ?? [];
  const { recorded } = status.version;
  return (
    <>
      <h3>
        Goes <span className="muted font-normal">{countKinds(objects)}</span>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
      <section className="goes" aria-label="Objects that go" tabIndex={0}>
        <table className="table">
          <thead className="sr">
            <tr>
              <th>Kind</th>
              <th>Object</th>
              <th>Rows</th>
              <th>What becomes of it</th>
            </tr>
          </thead>
          <tbody>
            {objects.map((object) => (
              <tr key={`${object.kind} ${object.object}`}>
                <td className="soft nowrap">{object.kind}</td>
                <td>
                  <ObjectName name={object.object} />
                </td>
                <td className="num">{object.rows === null ? "" : formatCounted(object.rows, "row")}</td>
                <td className={object.rebuildable ? "soft" : "t-coral"}>{toObjectText(object)}</td>
              </tr>
            ))}
            <tr>
              <td className="soft nowrap">version</td>
              <td>
                <code>{toDisplayText(status.database.schema)}.schema_state</code>
              </td>
              <td className="num">{recorded === "15" ? "15, stays 15" : `${recorded}, then 15`}</td>
              <td className="soft">written in the same transaction</td>
            </tr>
          </tbody>
        </table>
      </section>
      {objects.length === 0 ? null : <p className="xs muted mt-2">{toRebuildText(status, runs)}</p>}
    </>
  );
}

function countKinds(objects: ResetPreview["objects"]): string {
  if (objects.length === 0) return "nothing: only the recorded version is set to 15";
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  return formatList(
    kinds.map((kind) => formatCounted(objects.filter((object) => object.kind === kind).length, ...NOUNS[kind])),
  );
}
