"use client";

import { useState } from "react";
import { FindingList } from "@/components/overview/finding-list";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { RuledBar } from "@/components/ui/ruled-bar";
import { Term } from "@/components/ui/term";
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
  const { findings, phases } = status;
  const count = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  const visible = findings.filter((finding) => shown === "all" || finding.severity === shown);
  const ofNoPhase = visible.filter((finding) => finding.phase === null);
  return (
    <section className="section" aria-labelledby="findings">
      <div className="section-head">
        <h2 id="findings">Findings by phase</h2>
        <p>
          {status.activeRun === null ? (
            <>
              What is <Term id="declared" /> for v16 against what the catalog has
            </>
          ) : (
            `Run ${status.activeRun.id} is at them: what it has not come to yet is still listed`
          )}
        </p>
        <div className="end">
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
      {phases.map((phase) => (
        <section className="phase" key={phase.id} aria-labelledby={`phase-${phase.id}`}>
          <header>
            <StateIcon state={iconOf(phase, status.activeRun)} />
            <h3 id={`phase-${phase.id}`}>
              {phase.number} {phase.title}
            </h3>
            <PhaseFigures phase={phase} activeRun={status.activeRun} />
          </header>
          <div>
            <FindingList
              findings={visible.filter((finding) => finding.phase === phase.id)}
              isGrouped={shown !== "info"}
              whenEmpty={emptyText(phase, shown)}
            />
          </div>
        </section>
      ))}
      {ofNoPhase.length === 0 ? null : (
        <section className="phase" aria-labelledby="phase-none">
          <header>
            <StateIcon state="note" />
            <h3 id="phase-none">The whole database</h3>
          </header>
          <div>
            <FindingList findings={ofNoPhase} isGrouped={shown !== "info"} whenEmpty="" />
          </div>
        </section>
      )}
    </section>
  );
}

function iconOf(phase: PhaseStatus, activeRun: ActiveRun | null): IconState {
  if (activeRun?.phase !== phase.id) return phase.state;
  return activeRun.status === "paused" ? "paused" : "running";
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
  "source-ip": "sessions",
  "asn-inventory": "ASNs",
  "ip-inventory": "addresses",
  "session-snapshots": "sessions",
  "foreign-keys": "validated",
};

function emptyText(phase: PhaseStatus, shown: Shown): string {
  if (phase.findings.length > 0 && shown !== "all") return `None of this kind.`;
  return phase.state === "complete" ? "As declared. Nothing to do." : "No finding.";
}
