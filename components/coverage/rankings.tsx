import type { CSSProperties, ReactNode } from "react";
import { Empty } from "@/components/ui/empty";
import { formatCount, formatPart } from "@/lib/client/format";
import type { CoverageFigures } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Where the sessions come from: the largest ASNs and countries. */
export function Rankings(props: { figures: CoverageFigures | null; isFilled: boolean; isSwept: boolean }) {
  const { figures, isFilled, isSwept } = props;
  const { asns, countries, sessions } = figures ?? { asns: NONE, countries: NONE, sessions: 0 };
  const ofTop = asns.top.reduce((sum, { sessions: count }) => sum + count, 0);
  // Before they are counted, the lists have the room that they will take.
  const frame = figures === null && isFilled && isSwept ? "ranking counting" : "ranking";
  return (
    <div className="grid section">
      <section className={`c-7 ${frame}`} aria-labelledby="asns">
        <div className="section-head">
          <h2 id="asns">Largest ASNs</h2>
          {asns.top.length === 0 ? null : (
            <p>
              {formatCount(asns.top.length)} of {formatCount(asns.total)}, by each session’s snapshot; together{" "}
              {formatPart(ofTop, sessions)} of all
            </p>
          )}
        </div>
        <Ranking
          kind="asn"
          of={sessions}
          rows={asns.top.map(({ asn, organization, sessions: count }) => ({
            name: `AS${asn}`,
            label: <span className="nm">{organization === null ? "" : toDisplayText(organization)}</span>,
            count,
          }))}
          empty={isFilled ? "Not counted yet. The page shows it as soon as it is." : "No session has an ASN yet."}
        />
      </section>
      <section className={`c-5 ${frame}`} aria-labelledby="countries">
        <div className="section-head">
          <h2 id="countries">Countries</h2>
          {countries.top.length === 0 ? null : (
            <p>
              {formatCount(countries.top.filter(({ country }) => country !== "XX").length)} of{" "}
              {formatCount(countries.total)}, by each session’s snapshot; XX is none
            </p>
          )}
        </div>
        <Ranking
          kind="country"
          of={sessions}
          rows={countries.top.map(({ country, sessions: count }) => ({
            name: toDisplayText(country),
            label: null,
            count,
            isAbsent: country === "XX",
          }))}
          empty={isFilled ? "Not counted yet. The page shows it as soon as it is." : "No session has a country yet."}
        />
      </section>
    </div>
  );
}

const NONE = { total: 0, top: [] };

interface Row {
  name: string;
  label: ReactNode;
  count: number;
  isAbsent?: boolean;
}

function Ranking({ kind, rows, of, empty }: { kind: "asn" | "country"; rows: Row[]; of: number; empty: string }) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return (
    <ol className={`bars ${kind}`}>
      {rows.map(({ name, label, count, isAbsent = false }) => (
        <li key={name}>
          <code className="xs">{name}</code>
          {label}
          <span className="track" aria-hidden="true">
            <i className={isAbsent ? "absent" : undefined} style={{ "--p": count / most } as CSSProperties} />
          </span>
          <span className="num">{formatCount(count)}</span>
          <span className="num muted">{formatPart(count, of)}</span>
        </li>
      ))}
    </ol>
  );
}
