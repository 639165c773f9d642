import { NewestHour } from "@/components/coverage/newest-hour";
import { ReportTools } from "@/components/coverage/report-tools";
import { Ago } from "@/components/ui/ago";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { formatCount, formatMoment } from "@/lib/client/format";
import type { Coverage, CoverageFigures, NewestHour as Hour, Status } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** What the figures come to in one sentence, the largest of them, and the newest hour. */
export function CoverageVerdict(props: {
  coverage: Coverage;
  status: Status | null;
  figures: CoverageFigures | null;
  hour: Hour | null;
}) {
  const { coverage, status, figures, hour } = props;
  const { icon, title, lead } = verdictOf(status, coverage);
  const setAside = coverage.setAside.reduce((sum, { count }) => sum + count, 0);
  const shown = [
    { label: "Sessions", value: coverage.sessions.total },
    { label: "Addresses", value: coverage.inventory.ips },
    { label: "ASNs", value: coverage.inventory.asns },
    { label: "Countries", value: figures?.countries.total ?? null },
    { label: "Set aside", value: setAside },
  ];
  return (
    <div className="verdict">
      <div className="say">
        {status === null ? null : (
          <p className="only-print">
            Tidemark, coverage of database {toDisplayText(status.database.name)} on {status.database.host}:
            {status.database.port}, schema {toDisplayText(status.database.schema)}. Counted{" "}
            {formatMoment(coverage.measuredAt)}.
          </p>
        )}
        <h1>
          <StateIcon state={icon} />
          <span>{title}</span>
        </h1>
        <p className="lead">
          {lead} {coverage.exact ? "Counted" : "Estimated"} <Ago at={coverage.measuredAt} />.
        </p>
      </div>
      <NewestHour coverage={coverage} status={status} hour={hour} />
      <div className="more">
        <dl className="figures">
          {shown.map(({ label, value }) => (
            <div key={label}>
              <dt>
                {label === "Set aside" ? <StateIcon state="set-aside" small /> : null} {label}
              </dt>
              <dd>{value === null ? "–" : formatCount(value)}</dd>
            </div>
          ))}
        </dl>
        <ReportTools />
      </div>
    </div>
  );
}

function verdictOf(status: Status | null, coverage: Coverage): { icon: IconState; title: string; lead: string } {
  const { open, total, withSourceIp } = coverage.sessions;
  if (status?.verdict === "migrated") {
    const passed = coverage.gates.filter((gate) => gate.passed === true).length;
    return {
      icon: "complete",
      title: "v16 reached, and the database shows it",
      lead: `Recorded and observed version agree; ${passed} of ${coverage.gates.length} checkpoint gates are passed, and ${open === 0 ? "every session has been swept" : `${formatCount(open)} sessions came since`}.`,
    };
  }
  if (open === total && withSourceIp > 0) {
    return {
      icon: "partial",
      title: "No session has been swept yet",
      lead: `${formatCount(withSourceIp)} have an address that an earlier attempt wrote; a run reads their documents all the same, and the gates are judged at its verdict.`,
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
