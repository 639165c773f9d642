"use client";

import { useQuery } from "@tanstack/react-query";
import { ColumnCoverage } from "@/components/coverage/column-coverage";
import { Gates } from "@/components/coverage/gates";
import { Inventories } from "@/components/coverage/inventories";
import { LedgerTable } from "@/components/coverage/ledger-table";
import { NewestHour } from "@/components/coverage/newest-hour";
import { SetAsidePanel } from "@/components/run/set-aside-panel";
import { Ago } from "@/components/ui/ago";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { RefusedPage } from "@/components/ui/refused-page";
import { formatCount } from "@/lib/client/format";
import { answeredValue, coverageOptions, statusOptions } from "@/lib/client/query-options";
import type { Coverage, Status } from "@/lib/contract";

/** Did it work: figures, gates, inventories, ledger. */
export function CoverageView() {
  const { data } = useQuery(coverageOptions);
  const status = answeredValue(useQuery(statusOptions).data);
  if (data === undefined) return null;
  if (!data.ok) return <RefusedPage refusal={data.refusal} />;
  const { coverage, sample, ledger } = data.value;
  const { icon, title, lead } = verdictOf(status, coverage);
  const setAside = coverage.setAside.reduce((sum, { count }) => sum + count, 0);
  const figures = [
    { label: "Sessions", value: coverage.sessions.total },
    { label: "Addresses", value: coverage.inventory.ips },
    { label: "ASNs", value: coverage.inventory.asns },
    { label: "Set aside", value: setAside },
  ];
  return (
    <>
      <div className="verdict">
        <div className="say">
          <h1>
            <StateIcon state={icon} />
            <span>{title}</span>
          </h1>
          <p className="lead">
            {lead} {coverage.exact ? "Counted" : "Estimated"} <Ago at={coverage.measuredAt} />.
          </p>
        </div>
        <dl className="more figures">
          {figures.map(({ label, value }) => (
            <div key={label}>
              <dt>
                {label === "Set aside" ? <StateIcon state="set-aside" small /> : null} {label}
              </dt>
              <dd>{formatCount(value)}</dd>
            </div>
          ))}
        </dl>
        <NewestHour coverage={coverage} status={status} />
      </div>
      <Gates gates={coverage.gates} />
      <ColumnCoverage coverage={coverage} />
      <div className="grid section">
        <Inventories coverage={coverage} sample={sample} />
        <div className="c-5">
          <LedgerTable ledger={coverage.ledger} report={ledger} />
          {coverage.setAside.length === 0 ? null : (
            <div className="mt-6">
              <SetAsidePanel reasons={coverage.setAside} />
            </div>
          )}
        </div>
      </div>
    </>
  );
}

function verdictOf(status: Status | null, coverage: Coverage): { icon: IconState; title: string; lead: string } {
  const { open, total } = coverage.sessions;
  if (status?.verdict === "migrated") {
    const passed = coverage.gates.filter((gate) => gate.passed === true).length;
    return {
      icon: "complete",
      title: "v16 reached, and the database shows it",
      lead: `Recorded and observed version agree; ${passed} of ${coverage.gates.length} checkpoint gates are passed, and ${open === 0 ? "every session has been swept" : `${formatCount(open)} sessions came since`}.`,
    };
  }
  if (open === total) {
    return {
      icon: "pending",
      title: "Nothing is covered yet",
      lead: "No session has a snapshot. The figures fill as a run goes on, and the gates are judged at its verdict.",
    };
  }
  return {
    icon: "partial",
    title: `${formatCount(total - open)} of ${formatCount(total)} sessions are covered`,
    lead: "The database is not at v16 as declared; these are the figures of what is there.",
  };
}
