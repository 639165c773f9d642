import type { CSSProperties } from "react";
import { Ago } from "@/components/ui/ago";
import { Term } from "@/components/ui/term";
import type { ColumnRow as Row, ShownCoverage } from "@/lib/client/coverage-shown";
import { formatCount, formatCounted, formatPart } from "@/lib/client/format";
import type { CoverageSources } from "@/lib/contract";

const PARTS = [
  { part: "filled", look: "f-filled", word: "filled" },
  { part: "recoverable", look: "f-again", word: "recoverable" },
  { part: "absent", look: "f-absent", word: "absent at the source" },
  { part: "setAside", look: "f-aside", word: "set aside" },
  { part: "open", look: "f-open", word: "open" },
] as const;

/** Each column of the snapshot: filled, or why not. */
export function ColumnCoverage(props: { columns: ShownCoverage["columns"]; sources: CoverageSources | null }) {
  const { sources } = props;
  const { rows, total, measuredAt, isCounted } = props.columns;
  return (
    <section className="section" aria-labelledby="columns">
      <div className="section-head">
        <h2 id="columns">Coverage by column and cause</h2>
        <p>
          {formatCounted(total, "session")}, {isCounted ? "counted" : "estimated"} <Ago at={measuredAt} />
        </p>
        <ul className="legend end">
          {PARTS.map(({ part, look, word }) => (
            <li key={part}>
              <span className={`swatch ${look}`} />
              {word}
            </li>
          ))}
        </ul>
      </div>
      <div className="cov">
        <table className="table">
          <thead>
            <tr>
              <th>Column</th>
              <th className="vis">
                <span className="sr">Share</span>
              </th>
              <th className="num">Filled</th>
              <th className="num">With a value</th>
              <th className="num">Recoverable</th>
              <th className="num">Absent</th>
              <th className="num">Set aside</th>
              <th className="num">Open</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <ColumnRow key={row.column} row={row} total={total} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="xs muted pt-2">
        Absent: the document names no value; an empty list of ip types counts as absent.{" "}
        <Term id="set-aside">Set aside</Term>: it names one that no column can hold, and nothing stands in for it; a
        document that cannot be read counts once in each column that stayed empty by it.{" "}
        <Term id="open-session">Open</Term>: not swept yet, and without a value.{" "}
        <Term id="recoverable-session">Recoverable</Term>: the rules now give a value that the column does not hold.{" "}
        {sources === null ? (
          <>
            Only <code>tidemark verify --deep</code> can count that for ASN, country and types: until then such sessions
            count as absent.
          </>
        ) : (
          <>
            Counted for ASN, country and types by <code>verify --deep</code>, <Ago at={sources.measuredAt} />.
          </>
        )}
      </p>
    </section>
  );
}

function ColumnRow({ row, total }: { row: Row; total: number }) {
  const { column, filled, recoverable, absent, setAside, open } = row;
  return (
    <tr>
      <td>
        <code>{column}</code>
      </td>
      <td className="vis">
        <div className={filled === null ? "stackbar unknown" : "stackbar"} aria-hidden="true">
          {PARTS.map(({ part, look }) =>
            total === 0 || !row[part] ? null : (
              <i key={part} className={look} style={{ "--p": row[part] / total, "--min": "2px" } as CSSProperties} />
            ),
          )}
        </div>
      </td>
      <td className="num strong">{filled === null ? "–" : formatPart(filled, total)}</td>
      <td className="num" data-l="with a value">
        {formatKnown(filled)}
      </td>
      <td className={`num ${recoverable ? "t-tide" : "muted"}`} data-l="recoverable">
        {formatKnown(recoverable)}
      </td>
      <td className="num" data-l="absent">
        {formatKnown(absent)}
      </td>
      <td className={`num ${setAside ? "t-plum" : "muted"}`} data-l="set aside">
        {formatKnown(setAside)}
      </td>
      <td className={`num ${open ? "t-amber" : "muted"}`} data-l="open">
        {formatKnown(open)}
      </td>
    </tr>
  );
}

const formatKnown = (value: number | null) => (value === null ? "–" : formatCount(value));
