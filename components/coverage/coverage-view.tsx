"use client";

import { useQuery } from "@tanstack/react-query";
import { ColumnCoverage } from "@/components/coverage/column-coverage";
import { CoverageVerdict } from "@/components/coverage/coverage-verdict";
import { Gates } from "@/components/coverage/gates";
import { Inventories } from "@/components/coverage/inventories";
import { LedgerTable } from "@/components/coverage/ledger-table";
import { Months } from "@/components/coverage/months";
import { Rankings } from "@/components/coverage/rankings";
import { ValueSources } from "@/components/coverage/value-sources";
import { SetAsidePanel } from "@/components/run/set-aside-panel";
import { useKnownStatus } from "@/components/shell/known-status";
import { RefusedPage } from "@/components/ui/refused-page";
import { useKeptAnswer } from "@/components/ui/use-kept-answer";
import { coverageDetailOptions } from "@/lib/client/coverage-options";
import { toShownCoverage } from "@/lib/client/coverage-shown";
import { answeredValue, coverageOptions } from "@/lib/client/query-options";
import type { Answer, Gate } from "@/lib/contract";

/** Did it work: figures, gates, causes, sources, months, rankings, inventories, ledger. */
export function CoverageView({ measure }: { measure: () => Promise<Answer<{ gates: Gate[] }>> }) {
  const { answer } = useKeptAnswer(useQuery(coverageOptions));
  const detail = answeredValue(useKeptAnswer(useQuery(coverageDetailOptions)).answer);
  const { status } = useKnownStatus();
  if (answer === undefined) return null;
  if (!answer.ok) return <RefusedPage refusal={answer.refusal} />;
  const { coverage, sample, ledger } = answer.value;
  const figures = detail?.figures ?? null;
  const sources = detail?.sources ?? null;
  const shown = toShownCoverage(coverage, figures, status);
  return (
    <>
      <CoverageVerdict coverage={coverage} shown={shown} status={status} detail={detail} />
      <Gates gates={coverage.gates} measure={measure} />
      <ColumnCoverage columns={shown.columns} sources={sources} />
      <ValueSources sources={sources} />
      <Months figures={figures} />
      <Rankings
        figures={figures}
        isFilled={!shown.isKnown || coverage.sessions.withAsn + coverage.sessions.withCountry > 0}
        isSwept={status?.activeRun != null || status?.phases[0]?.rows?.done !== 0}
      />
      <div className="grid section">
        <Inventories
          coverage={coverage}
          withSourceIp={shown.isKnown ? shown.withSourceIp : null}
          sample={sample}
          recorded={status?.version.recorded}
          guide={detail?.guide ?? []}
        />
        <div className="c-5">
          <LedgerTable ledger={coverage.ledger} report={ledger} />
          {coverage.setAside.length === 0 ? null : (
            <div className="mt-6">
              <SetAsidePanel reasons={coverage.setAside} hasEnded />
            </div>
          )}
        </div>
      </div>
    </>
  );
}
