import Link from "next/link";
import type { CSSProperties } from "react";
import { Ago } from "@/components/ui/ago";
import { formatCount, formatCounted, formatPart } from "@/lib/client/format";
import type { ColumnCauses, Coverage, CoverageFigures, CoverageSources } from "@/lib/contract";

/** What a column's sessions come to; null where it is not counted yet. */
type Row = Omit<ColumnCauses, "setAside"> & { setAside: number | null };

const PARTS = [
  { part: "filled", look: "f-filled", word: "filled" },
  { part: "recoverable", look: "f-again", word: "recoverable" },
  { part: "absent", look: "f-absent", word: "absent at the source" },
  { part: "setAside", look: "f-aside", word: "set aside" },
  { part: "open", look: "f-open", word: "open" },
] as const;

/** Each column of the snapshot: filled, or why not. */
export function ColumnCoverage(props: {
  coverage: Coverage;
  figures: CoverageFigures | null;
  sources: CoverageSources | null;
}) {
  const { coverage, figures, sources } = props;
  const total = figures?.sessions ?? coverage.sessions.total;
  const rows = figures?.columns ?? withoutCauses(coverage);
  return (
    <section className="section" aria-labelledby="columns">
      <div className="section-head">
        <h2 id="columns">Coverage by column and cause</h2>
        <p>
          {formatCounted(total, "session")}, {figures === null && !coverage.exact ? "estimated" : "counted"}{" "}
          <Ago at={figures?.measuredAt ?? coverage.measuredAt} />
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
              <th className="num">Sessions</th>
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
        <Link href="/help#set-aside">Set aside</Link>: it names one that no column can hold.{" "}
        <Link href="/help#open-session">Open</Link>: not swept yet.{" "}
        <Link href="/help#recoverable-session">Recoverable</Link>: the rules now give a value that the column does not
        hold.{" "}
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
        <div className="stackbar" aria-hidden="true">
          {PARTS.map(({ part, look }) =>
            total === 0 || !row[part] ? null : (
              <i key={part} className={look} style={{ "--p": row[part] / total, "--min": "2px" } as CSSProperties} />
            ),
          )}
        </div>
      </td>
      <td className="num strong">{formatPart(filled, total)}</td>
      <td className="num" data-l="sessions">
        {formatCount(filled)}
      </td>
      <td className={`num ${recoverable ? "t-tide" : "muted"}`} data-l="recoverable">
        {formatKnown(recoverable)}
      </td>
      <td className="num" data-l="absent">
        {formatCount(absent)}
      </td>
      <td className={`num ${setAside ? "t-plum" : "muted"}`} data-l="set aside">
        {formatKnown(setAside)}
      </td>
      <td className={`num ${open > 0 ? "t-amber" : "muted"}`} data-l="open">
        {formatCount(open)}
      </td>
    </tr>
  );
}

const formatKnown = (value: number | null) => (value === null ? "–" : formatCount(value));

/** Before the causes are counted: what is neither filled nor open has no value, whatever the cause. */
function withoutCauses({ sessions }: Coverage): Row[] {
  const { total, open, recoverable, withSourceIp, withAsn, withCountry, withIpTypes } = sessions;
  const toRow = (column: Row["column"], filled: number, again: number | null): Row => {
    const left = Math.max(0, total - filled);
    const openLeft = Math.min(open, left);
    const recovered = Math.min(again ?? 0, left - openLeft);
    const absent = left - openLeft - recovered;
    return { column, filled, recoverable: again === null ? null : recovered, absent, setAside: null, open: openLeft };
  };
  return [
    toRow("source_ip", withSourceIp, recoverable),
    toRow("enrichment_at", total - open, 0),
    toRow("snapshot_asn", withAsn, null),
    toRow("snapshot_country", withCountry, null),
    toRow("snapshot_ip_types", withIpTypes, null),
  ];
}
