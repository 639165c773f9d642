import Link from "next/link";
import type { ReactNode } from "react";
import { NewestHour } from "@/components/coverage/newest-hour";
import { ReportTools } from "@/components/coverage/report-tools";
import { Ago } from "@/components/ui/ago";
import { type IconState, StateIcon } from "@/components/ui/icons";
import type { ShownCoverage } from "@/lib/client/coverage-shown";
import { formatCount, formatMoment } from "@/lib/client/format";
import type { Coverage, CoverageDetail, Status } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** What the figures come to in one sentence, the largest of them, and the newest hour. */
export function CoverageVerdict(props: {
  coverage: Coverage;
  shown: ShownCoverage;
  status: Status | null;
  detail: CoverageDetail | null;
}) {
  const { coverage, shown, status, detail } = props;
  const { icon, title, lead } = verdictOf(status, coverage, shown);
  const setAside = coverage.setAside.reduce((sum, { count }) => sum + count, 0);
  const isThere = (check: CoverageDetail["guide"][number]["check"]) =>
    detail?.guide.find((it) => it.check === check)?.awaits == null;
  const { asns = null, countries = null } = detail?.figures ?? {};
  // Before the columns are there, nothing that was counted in them is no count.
  const ofSnapshots = (counted: { total: number } | null) =>
    isThere("sessions-with-address") ? (counted?.total ?? null) : counted?.total || null;
  const figures = [
    { label: "Sessions", value: shown.total },
    { label: "Addresses", value: isThere("addresses") ? coverage.inventory.ips : null },
    { label: "ASNs", value: isThere("asns") ? coverage.inventory.asns : ofSnapshots(asns) },
    { label: "Countries", value: ofSnapshots(countries) },
    { label: "Set aside", value: setAside },
  ];
  const howRead = shown.isCounted ? "Counted" : "Estimated";
  return (
    <div className="verdict">
      <div className="say">
        {status === null ? null : (
          <p className="only-print">
            Tidemark, coverage of database {toDisplayText(status.database.name)} on {status.database.host}:
            {status.database.port}, schema {toDisplayText(status.database.schema)}. {howRead}{" "}
            {formatMoment(shown.measuredAt)}.
          </p>
        )}
        <h1>
          <StateIcon state={icon} />
          <span>{title}</span>
        </h1>
        <p className="lead">
          {lead} {howRead} <Ago at={shown.measuredAt} />.
        </p>
      </div>
      <NewestHour coverage={coverage} shown={shown} status={status} hour={detail?.newestHour ?? null} />
      <div className="more">
        <dl className="figures">
          {figures.map(({ label, value }) => (
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

interface Verdict {
  icon: IconState;
  title: string;
  lead: ReactNode;
}

function verdictOf(status: Status | null, coverage: Coverage, shown: ShownCoverage): Verdict {
  const { open, total, withSourceIp, isKnown } = shown;
  if (status?.verdict === "migrated") {
    const passed = coverage.gates.filter((gate) => gate.passed === true).length;
    return {
      icon: "complete",
      title: "v16 reached, and the database shows it",
      lead: `Recorded and observed version agree; ${passed} of ${coverage.gates.length} checkpoint gates are passed, and ${open === 0 ? "every session has been swept" : `${formatCount(open)} sessions came since`}.`,
    };
  }
  if (!isKnown) {
    return {
      icon: "unknown",
      title: "Not counted yet",
      lead: "PostgreSQL’s estimate lags behind what a run writes: what is covered is told here once it is counted.",
    };
  }
  if (open === total && status?.verdict === "drifted") {
    return {
      icon: "error",
      title: `v${status.version.recorded} is recorded, and no session is covered`,
      lead: (
        <>
          No session has been swept, whatever is recorded, and the gates are judged at the verdict of a run.{" "}
          <WhereToStart status={status} />
        </>
      ),
    };
  }
  if (open === total && withSourceIp > 0) {
    return {
      icon: "partial",
      title: "No session has been swept yet",
      lead: (
        <>
          {formatCount(withSourceIp)} have an address that an earlier attempt wrote; a run reads their documents all the
          same, and the gates are judged at its verdict. <WhereToStart status={status} />
        </>
      ),
    };
  }
  if (open === total) return { icon: "pending", title: "Nothing is covered yet", lead: <WhatCovers status={status} /> };
  return {
    icon: "partial",
    title: `${formatCount(total - open)} of ${formatCount(total)} sessions are covered`,
    lead:
      status === null || status.activeRun === null
        ? "The database is not at v16 yet: these are the figures of what was there at the count."
        : `Run ${status.activeRun.id} is not over: these are the figures of the last count. How far it is by now, the scale above shows.`,
  };
}

function WhatCovers({ status }: { status: Status | null }) {
  return (
    <>
      No session has a snapshot. The figures fill as a run goes on, and the gates are judged at its verdict.{" "}
      <WhereToStart status={status} />
    </>
  );
}

function WhereToStart({ status }: { status: Status | null }) {
  if (status === null || status.activeRun !== null) return null;
  return (
    <>
      What comes next is on the <Link href="/">Overview</Link>, and the steps of a run are on the{" "}
      <Link href="/plan">Plan</Link>.
    </>
  );
}
