"use client";

import { useState } from "react";
import { FindingList } from "@/components/overview/finding-list";
import { phaseIcon } from "@/components/overview/phase-icon";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { RuledBar } from "@/components/ui/ruled-bar";
import { Term } from "@/components/ui/term";
import { duringRun } from "@/lib/client/finding-groups";
import { formatCount, formatPart } from "@/lib/client/format";
import type { ActiveRun, Finding, PhaseStatus, Status } from "@/lib/contract";

type Shown = "all" | Finding["severity"];

const FILTERS = [
  { severity: "error", icon: "error", name: "errors" },
  { severity: "warning", icon: "warning", name: "warnings" },
  { severity: "info", icon: "note", name: "notes" },
] as const;

/** What is wrong or still to come, phase by phase: the phase as a margin note, its findings beside it. */
export function Findings({ status }: { status: Status }) {
  const [shown, setShown] = useState<Shown>("all");
  const { phases, activeRun } = status;
  const findings = duringRun(status.findings, activeRun);
  const count = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  const visible = findings.filter((finding) => shown === "all" || finding.severity === shown);
  const ofNoPhase = visible.filter((finding) => finding.phase === null);
  const isUnswept = findings.some(({ kind, severity }) => kind === "open-rows" && severity === "error");
  // What keeps a run from beginning is read before what it will mend by itself.
  const isUrgent = ofNoPhase.some(({ severity }) => severity === "error");
  const whole =
    ofNoPhase.length === 0 ? null : (
      <section className="phase" aria-labelledby="phase-none">
        <header>
          <StateIcon state={worstIcon(ofNoPhase)} />
          <h3 id="phase-none">The whole database</h3>
        </header>
        <div>
          <FindingList findings={ofNoPhase} isGrouped={shown !== "info"} whenEmpty="" />
        </div>
      </section>
    );
  return (
    <section className="section" aria-labelledby="findings">
      <div className="section-head">
        <h2 id="findings">Findings by phase</h2>
        <p>
          {activeRun === null ? (
            <>
              What is <Term id="declared" /> for v16 against what the catalog has
            </>
          ) : activeRun.status === "paused" ? (
            `Run ${activeRun.id} is paused: what it has not come to yet is still listed`
          ) : (
            `Run ${activeRun.id} is at them: what it has not come to yet is still listed`
          )}
        </p>
        <div className={findings.length === 0 ? "end invisible" : "end"}>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame of its own */}
          <div className="seg" role="group" aria-label="Show">
            <button type="button" aria-pressed={shown === "all"} onClick={() => setShown("all")}>
              All {formatCount(findings.length)}
            </button>
            {FILTERS.map(({ severity, icon, name }) => (
              <button
                type="button"
                key={severity}
                aria-pressed={shown === severity}
                aria-label={`${formatCount(count(severity))} ${name}`}
                onClick={() => setShown(severity)}
              >
                <StateIcon state={icon} small /> {formatCount(count(severity))}
              </button>
            ))}
          </div>
        </div>
      </div>
      {isUrgent ? whole : null}
      {phases.map((phase) => (
        <section className="phase" key={phase.id} aria-labelledby={`phase-${phase.id}`}>
          <header>
            <StateIcon state={phaseIcon(phase, activeRun)} />
            <h3 id={`phase-${phase.id}`}>
              {phase.number} {phase.title}
            </h3>
            <PhaseFigures phase={phase} activeRun={activeRun} />
          </header>
          <div>
            <FindingList
              findings={visible.filter((finding) => finding.phase === phase.id)}
              isGrouped={shown !== "info"}
              whenEmpty={emptyText(phase, shown, isUnswept)}
            />
          </div>
        </section>
      ))}
      {isUrgent ? null : whole}
    </section>
  );
}

/** As loud as the worst of them. */
function worstIcon(findings: readonly Finding[]): IconState {
  const has = (severity: Finding["severity"]) => findings.some((finding) => finding.severity === severity);
  return has("error") ? "error" : has("warning") ? "warning" : "note";
}

function PhaseFigures({ phase, activeRun }: { phase: PhaseStatus; activeRun: ActiveRun | null }) {
  const { objects, rows, state } = phase;
  // Its own figures are the newest, and stand above; what the catalog estimates lags behind them.
  if (activeRun?.phase === phase.id) {
    return (
      <p className="soft">
        {activeRun.status === "paused" ? "held by" : "worked on by"} run {activeRun.id}
      </p>
    );
  }
  if (state === "pending") return <p className="soft">nothing there yet</p>;
  return (
    <>
      <p className="soft">
        {formatCount(objects.done)} of {formatCount(objects.total)} objects as declared
      </p>
      {rows === null || rows.total === 0 ? null : (
        <>
          <RuledBar share={rows.done / rows.total} tone={state === "complete" ? "tide" : "amber"} />
          <p className="muted xs">
            {formatCount(rows.done)} of {formatCount(rows.total)} {ROW_NOUNS[phase.id]},{" "}
            {formatPart(rows.done, rows.total)}
            {rows.exact ? "" : ", estimated"}
          </p>
        </>
      )}
    </>
  );
}

const ROW_NOUNS: Record<PhaseStatus["id"], string> = {
  "source-ip": "sessions swept",
  "asn-inventory": "ASNs",
  "ip-inventory": "addresses",
  "session-snapshots": "sessions swept",
  "foreign-keys": "foreign keys validated",
};

/** @param isUnswept too many sessions are open for the phases that live from their sweep to be done. */
function emptyText(phase: PhaseStatus, shown: Shown, isUnswept: boolean): string {
  if (phase.findings.length > 0 && shown !== "all") return `None of this kind.`;
  if (isUnswept && phase.id !== "source-ip" && phase.id !== "foreign-keys") {
    return "Its objects are as declared; its rows come from the sweep of phase 1.";
  }
  return phase.state === "complete" ? "As declared. Nothing to do." : "No finding.";
}
