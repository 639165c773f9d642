"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Empty } from "@/components/ui/empty";
import { formatDay, toMonthLabels } from "@/lib/client/coverage-words";
import { formatCount, formatShare } from "@/lib/client/format";
import type { CoverageFigures } from "@/lib/contract";

const MonthChart = dynamic(
  () => import("@/components/coverage/month-chart").then(({ MonthChart: component }) => component),
  {
    ssr: false,
    loading: () => (
      <p className="py-4 text-ink-3">The chart is being loaded; as a table the figures are there at once.</p>
    ),
  },
);

/** Sessions by month: with a country, without one, not swept; the same as a table. */
export function Months({ figures }: { figures: CoverageFigures | null }) {
  const [isTable, setTable] = useState(false);
  const months = figures?.months ?? [];
  const labels = toMonthLabels(months.map(({ month }) => month));
  return (
    <section className="section" aria-labelledby="months">
      <div className="section-head months-head">
        <h2 id="months">Sessions by month</h2>
        <p>By first event, in UTC</p>
        <div className="end">
          <ul className="legend">
            <li>
              <span className="swatch f-filled" />
              country known
            </li>
            <li>
              <span className="swatch f-absent" />
              no country (XX)
            </li>
            <li>
              <span className="swatch f-open" />
              open
            </li>
          </ul>
          {/* Its place is kept until there is something to show. */}
          <button
            type="button"
            className={`btn no-print ${months.length === 0 ? "invisible" : ""}`}
            aria-pressed={isTable}
            onClick={() => setTable(!isTable)}
          >
            As a table
          </button>
        </div>
      </div>
      {months.length === 0 ? (
        <div className="months">
          <Empty>
            {figures === null ? "Not counted yet. The page shows it as soon as it is." : "There is no session yet."}
          </Empty>
        </div>
      ) : (
        <>
          <div className="months" aria-hidden="true">
            <MonthChart months={months.map((month, index) => ({ ...month, label: labels[index] ?? "" }))} />
          </div>
          <div className={isTable ? "months-table" : "months-table sr"}>
            <table className="table">
              <caption className="sr">Sessions by month</caption>
              <thead>
                <tr>
                  <th>Month</th>
                  <th className="num">Sessions</th>
                  <th className="num">Country known</th>
                  <th className="num">No country (XX)</th>
                  <th className="num">Open</th>
                </tr>
              </thead>
              <tbody>
                {months.map(({ month, withCountry, withoutCountry, open }) => (
                  <tr key={month}>
                    <th scope="row">{month}</th>
                    <td className="num">{formatCount(withCountry + withoutCountry + open)}</td>
                    <td className="num">{formatCount(withCountry)}</td>
                    <td className="num">{formatCount(withoutCountry)}</td>
                    <td className="num">{formatCount(open)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      <p className="xs muted pt-2">{(figures === null ? "" : toBlockSentence(figures)) || "\u00a0"}</p>
    </section>
  );
}

/** What stands out: a block of sessions from before there was geo data. */
function toBlockSentence({ withoutCountryBefore }: CoverageFigures): string {
  if (withoutCountryBefore === null) return "";
  const { day, share } = withoutCountryBefore;
  return `${formatShare(share)} of the sessions without a country are from before ${formatDay(day)}, when few documents named one.`;
}
