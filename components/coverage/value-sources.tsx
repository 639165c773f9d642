import type { CSSProperties } from "react";
import { Ago } from "@/components/ui/ago";
import { CopyButton } from "@/components/ui/copy-button";
import { Empty } from "@/components/ui/empty";
import { formatCount, formatCounted } from "@/lib/client/format";
import type { CoverageSources } from "@/lib/contract";

type ColumnSources = CoverageSources["columns"][number];

const COMMAND = "tidemark verify --deep";

/** Which provider, in which layout of the document, gave each value. */
export function ValueSources({ sources }: { sources: CoverageSources | null }) {
  return (
    <section className="section" aria-labelledby="sources">
      <div className="section-head">
        <h2 id="sources">Where each value came from</h2>
        <p>
          {sources === null ? (
            "Sources in order of preference; the first that gives a valid value wins"
          ) : (
            <>
              Documents of {formatCounted(sources.sessions, "swept session")}, read by <code>verify --deep</code>{" "}
              <Ago at={sources.measuredAt} />
            </>
          )}
        </p>
        {sources === null ? null : (
          <ul className="legend end">
            <li>
              <span className="swatch f-filled" />
              top level of the document
            </li>
            <li>
              <span className="swatch f-nested" />
              under the session’s address
            </li>
          </ul>
        )}
      </div>
      {sources === null ? (
        <Empty>
          Not counted yet: <code>{COMMAND}</code> reads every document again and counts it.{" "}
          <CopyButton read={() => COMMAND} label="Copy the command" className="icon-btn in-line" />
        </Empty>
      ) : (
        <>
          <div className="sources">
            {sources.columns.map((column) => (
              <SourceTable key={column.column} column={column} />
            ))}
          </div>
          <p className="xs muted pt-2">
            The first source that gives a valid value wins. Held from before: the column had it already, or the document
            says otherwise by now, which a snapshot does not follow.
          </p>
        </>
      )}
    </section>
  );
}

function SourceTable({ column: { column, sources, kept } }: { column: ColumnSources }) {
  const most = Math.max(1, kept, ...sources.map(({ sessions }) => sessions));
  return (
    <table className="table">
      <caption>
        <code>{column}</code>
      </caption>
      <thead>
        <tr>
          <th>Source</th>
          <th className="vis hide-s">
            <span className="sr">Share</span>
          </th>
          <th className="num">Top level</th>
          <th className="num">Nested</th>
          <th className="num">Sessions</th>
        </tr>
      </thead>
      <tbody>
        {sources.map(({ path, flat, nested, sessions }, index) => (
          <tr key={path}>
            <td>
              <span className="path">
                <span className="rank">{index + 1}</span> <code>{path}</code>
              </span>
            </td>
            <td className="vis hide-s">
              <span className="track" aria-hidden="true">
                <i style={share(flat ?? sessions, most)} />
                {nested ? <i className="f-nested" style={share(nested, most)} /> : null}
              </span>
            </td>
            <td className="num muted">{flat === null ? "–" : formatCount(flat)}</td>
            <td className="num muted">{nested === null ? "–" : formatCount(nested)}</td>
            <td className="num">{formatCount(sessions)}</td>
          </tr>
        ))}
        {kept === 0 ? null : (
          <tr>
            <td className="muted">held from before</td>
            <td className="vis hide-s" />
            <td className="num muted">–</td>
            <td className="num muted">–</td>
            <td className="num">{formatCount(kept)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

const share = (part: number, whole: number) => ({ "--p": part / whole }) as CSSProperties;
