import { ShieldCheck } from "lucide-react";
import { StateIcon } from "@/components/ui/icons";
import { formatBytes, formatCount, formatCounted, formatList } from "@/lib/client/format";
import { toDisplayText } from "@/lib/client/log-text";
import type { ResetPreview } from "@/lib/contract";

type Kind = ResetPreview["objects"][number]["kind"];

const NOUNS: Record<Kind, [one: string, many: string]> = {
  table: ["table", "tables"],
  column: ["column", "columns"],
  index: ["index", "indexes"],
  constraint: ["constraint", "constraints"],
  function: ["function", "functions"],
};

/** What goes, what is lost for good, who depends on it, and what stays. */
export function ResetPreviewTable({ preview }: { preview: ResetPreview }) {
  const { objects, lost, dependents } = preview;
  return (
    <div className="in">
      <h3>
        Goes <span className="muted font-normal">{countKinds(objects)}</span>
      </h3>
      {objects.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
        <section className="goes" aria-label="Objects that go" tabIndex={0}>
          <table className="table">
            <tbody>
              {objects.map(({ kind, object, rows, bytes, rebuildable }) => (
                <tr key={`${kind} ${object}`}>
                  <td className="soft nowrap">{kind}</td>
                  <td>
                    <code>{toDisplayText(object)}</code>
                  </td>
                  <td className="num">{rows === null ? "" : formatCounted(rows, "row")}</td>
                  <td className="soft hide-s">
                    {bytes === null ? "" : `${formatBytes(bytes)}, `}
                    {rebuildable ? "made anew by a run" : "not all of it can be made anew"}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <div className="two">
        <section className={`panel ${lost.length === 0 ? "" : "coral"}`}>
          <h3 className={lost.length === 0 ? "" : "t-coral"}>
            <StateIcon state={lost.length === 0 ? "complete" : "blocked"} /> Lost for good
          </h3>
          {lost.length === 0 ? (
            <p>Nothing: every row was made from sessions, and a run makes it again.</p>
          ) : (
            <>
              {lost.map(({ object, rows }) => (
                <p key={object}>
                  <b className="strong text-ink">{formatCounted(rows, "row")}</b> of{" "}
                  <code className="xs">{toDisplayText(object)}</code> that the application wrote. No run brings them
                  back.
                </p>
              ))}
              <p className="mt-1">
                <a href="/api/reset/lost" download="tidemark-lost-rows.ndjson">
                  Download these rows
                </a>
              </p>
            </>
          )}
        </section>
        <section className={`panel ${dependents.length === 0 ? "" : "amber"}`}>
          <h3 className={dependents.length === 0 ? "" : "t-amber"}>
            <StateIcon state={dependents.length === 0 ? "complete" : "warning"} /> Depends on it
          </h3>
          {dependents.length === 0 ? (
            <p>Nothing of anybody else.</p>
          ) : (
            <>
              <p>Made by others. They go only with their own tick below, by name, and no run makes them again.</p>
              <ul className="mt-1">
                {dependents.map(({ kind, object, definition }) => (
                  <li key={object}>
                    <details>
                      <summary>
                        <code className="xs">
                          {kind} {toDisplayText(object)}
                        </code>
                      </summary>
                      <pre className="sql">{toDisplayText(definition)}</pre>
                    </details>
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
      </div>
      <p className="stays">
        <ShieldCheck className="i t-tide" aria-hidden="true" />
        <span>
          Stays: every session, every raw event, every document in <code className="xs">enrichment</code>, and
          timestamptz on the two event times. Counted before and after; the catalog must be the one from before minus
          this list, or all of it is rolled back.
        </span>
      </p>
      <details className="mt-3 sm">
        <summary>The exact SQL, {formatCount(preview.sql.length)} statements</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
        <pre className="sql" tabIndex={0}>
          {toDisplayText(preview.sql.join("\n"))}
        </pre>
      </details>
    </div>
  );
}

function countKinds(objects: ResetPreview["objects"]): string {
  if (objects.length === 0) return "nothing: only the recorded version is set to 15";
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  return formatList(
    kinds.map((kind) => formatCounted(objects.filter((object) => object.kind === kind).length, ...NOUNS[kind])),
  );
}
