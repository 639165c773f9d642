"use client";

import dynamic from "next/dynamic";
import { LogPanel } from "@/components/run/log-panel";
import { PacePanel } from "@/components/run/pace-panel";
import { RunControls } from "@/components/run/run-controls";
import { RunEnding } from "@/components/run/run-ending";
import { RunOutcome } from "@/components/run/run-outcome";
import { RunReadouts } from "@/components/run/run-readouts";
import { RunStatusTag } from "@/components/run/run-status-tag";
import { SetAsidePanel } from "@/components/run/set-aside-panel";
import { useRunLog } from "@/components/run/use-run-log";
import { useTabSigns } from "@/components/run/use-tab-signs";
import { WaitingPanel } from "@/components/run/waiting-panel";
import { WindowPanel } from "@/components/run/window-panel";
import { Ago } from "@/components/ui/ago";
import { StateIcon } from "@/components/ui/icons";
import { formatMomentShortly, formatStarter } from "@/lib/client/format";
import type { BlockerActions } from "@/lib/client/run-blockers";
import { toRunEnding } from "@/lib/client/run-ending";
import { isActive } from "@/lib/client/run-state";
import type { RunDetail } from "@/lib/contract";

const NotifyAtEnd = dynamic(
  () => import("@/components/run/notify-at-end").then(({ NotifyAtEnd: component }) => component),
  { ssr: false },
);

/** One run, live: what it is doing, how far, and its whole log. Closing the page changes nothing. */
export function RunView(props: { run: RunDetail; database: string; blockerActions: BlockerActions }) {
  const { database, blockerActions } = props;
  const { run, book, connection } = useRunLog(props.run);
  const ending = toRunEnding(run);
  const running = run.phases.find(({ state }) => state === "running");
  const isBusy = isActive(run.status);
  const number = running === undefined ? null : run.phases.indexOf(running) + 1;

  useTabSigns(run, database);

  return (
    <>
      <div className="run-head">
        <h1>Run {run.id}</h1>
        <RunStatusTag status={run.status} />
        <NotifyAtEnd run={run} database={database} />
        <p className="sm muted about">
          {run.kind}, started{" "}
          {isBusy ? null : <span suppressHydrationWarning>{formatMomentShortly(run.startedAt, Date.now())}, </span>}
          <Ago at={run.startedAt} />
          {isBusy ? "" : ","} by {formatStarter(run.startedBy)}.
          {isBusy && run.status !== "paused" ? " Close this page: it goes on." : null}
        </p>
        <RunControls run={run} />
        <p className="sr" role="status">
          {number === null || run.status !== "running"
            ? `Run ${run.id} ${run.status}`
            : `Phase ${number} of ${run.phases.length}, ${running?.title}`}
        </p>
      </div>
      {connection === "lost" ? (
        <p className="lost sm" role="status">
          <StateIcon state="interrupted" small /> The live log is not connected; it comes back by itself behind line{" "}
          {book.lines.at(-1)?.seq ?? 0}. The run does not depend on this page.
        </p>
      ) : null}
      {ending === null ? null : <RunEnding run={run} ending={ending} />}
      <RunReadouts run={run} />
      <div className="run-grid">
        <LogPanel run={run} book={book} connection={connection} />
        <div className="side">
          <RunOutcome run={run} />
          <PacePanel run={run} />
          {run.until !== null && run.status === "running" ? <WindowPanel until={run.until} /> : null}
          <WaitingPanel run={run} actions={blockerActions} />
          <SetAsidePanel reasons={run.setAside} hasEnded={!isBusy} />
        </div>
      </div>
    </>
  );
}
