import type { CSSProperties } from "react";
import { formatCount, formatPart } from "@/lib/client/format";
import type { Coverage } from "@/lib/contract";

/** Each column of the snapshot: filled, without a value at the source, open. */
export function ColumnCoverage({ coverage }: { coverage: Coverage }) {
  const { total, open, withSourceIp, withAsn, withCountry, withIpTypes } = coverage.sessions;
  const columns = [
    { name: "source_ip", filled: withSourceIp },
    { name: "enrichment_at", filled: total - open },
    { name: "snapshot_asn", filled: withAsn },
    { name: "snapshot_country", filled: withCountry },
    { name: "snapshot_ip_types", filled: withIpTypes },
  ];
  return (
    <section className="section" aria-labelledby="columns">
      <div className="section-head">
        <h2 id="columns">Coverage by column</h2>
        <p>{formatCount(total)} sessions</p>
        <ul className="legend end">
          <li>
            <span className="swatch f-filled" />
            filled
          </li>
          <li>
            <span className="swatch f-absent" />
            without a value
          </li>
          <li>
            <span className="swatch f-open" />
            open
          </li>
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
              <th className="num">Without</th>
              <th className="num">Open</th>
            </tr>
          </thead>
          <tbody>
            {columns.map(({ name, filled }) => {
              const absent = Math.max(0, total - open - filled);
              return (
                <tr key={name}>
                  <td>
                    <code>{name}</code>
                  </td>
                  <td className="vis">
                    <div className="stackbar" aria-hidden="true">
                      <Part look="f-filled" count={filled} total={total} />
                      <Part look="f-absent" count={absent} total={total} />
                      <Part look="f-open" count={open} total={total} />
                    </div>
                  </td>
                  <td className="num strong">{formatPart(filled, total)}</td>
                  <td className="num" data-l="sessions">
                    {formatCount(filled)}
                  </td>
                  <td className="num" data-l="without">
                    {formatCount(absent)}
                  </td>
                  <td className={`num ${open > 0 ? "t-amber" : "muted"}`} data-l="open">
                    {formatCount(open)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="xs muted pt-2">
        Without a value: the document names none, or names one that no column can hold, which is set aside. An empty
        list of ip types counts as without.
      </p>
    </section>
  );
}

function Part({ look, count, total }: { look: string; count: number; total: number }) {
  if (count === 0 || total === 0) return null;
  return <i className={look} style={{ "--p": count / total, "--min": "2px" } as CSSProperties} />;
}
