"use client";

import { ChevronRight } from "lucide-react";
import { memo, type RefCallback } from "react";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { useNow } from "@/components/ui/use-now";
import { formatCount, formatCounted, formatDuration } from "@/lib/client/format";
import type { LogGroup } from "@/lib/client/log-book";
import { isActive } from "@/lib/client/run-state";
import type { RunPhase, RunStatus } from "@/lib/contract";

interface Heading {
  group: LogGroup;
  /** Null for what no phase owns. */
  phase: RunPhase | null;
  /** Lines of it that are shown. */
  length: number;
  status: RunStatus;
}

/** The heading of a part of the log: what it is, how it stands, how long it took. */
export const LogHeading = memo(function LogHeading(
  props: Heading & {
    warnings: number;
    errors: number;
    /** More lines may be on their way. */
    isReading: boolean;
    isOpen: boolean;
    row: number;
    measure: RefCallback<HTMLElement>;
    onToggle: (id: LogGroup["id"], open: boolean) => void;
  },
) {
  const { group, phase, length, isReading, status, warnings, errors, isOpen, row, measure, onToggle } = props;
  const { id, title } = group;
  return (
    // Not onToggle: that also fires when the view opens or closes a part by itself, and would pin it there.
    // biome-ignore lint/a11y/noStaticElementInteractions: a summary is the button of its details
    <summary
      ref={measure}
      data-index={row}
      onClick={(event) => {
        event.preventDefault();
        onToggle(id, !isOpen);
      }}
    >
      <ChevronRight className="i i-s chev" aria-hidden="true" />
      <StateIcon state={iconOf(props)} />
      <b>{title}</b>
      <span className="meta">
        {errors > 0 ? <Count of={errors} icon="error" noun="error" tone="t-coral" /> : null}
        {warnings > 0 ? <Count of={warnings} icon="warning" noun="warning" tone="t-amber" /> : null}
        <span className="hide-s">
          {formatCounted(length, "line")}
          {isReading ? "…" : ""} ·{" "}
        </span>
        {phase?.rows == null ? null : <span className="hide-s">{formatCount(phase.rows)} rows · </span>}
        <Took group={group} phase={phase} status={status} />
      </span>
    </summary>
  );
});

/** So many warnings or errors; on a narrow screen the icon stands in for the word. */
function Count({ of, icon, noun, tone }: { of: number; icon: IconState; noun: string; tone: string }) {
  return (
    <>
      <span className={tone}>
        <StateIcon state={icon} small />
        {formatCount(of)}
        <span className="word"> {of === 1 ? noun : `${noun}s`}</span>
      </span>
      {" · "}
    </>
  );
}

/** A part without a line: still to come, not reached, or its lines are on their way. */
export function QuietHeading(props: {
  title: string;
  phase: RunPhase | null;
  status: RunStatus;
  row: number;
  measure: RefCallback<HTMLElement>;
}) {
  const { title, phase, status, row, measure } = props;
  const { icon, word } = toQuiet(phase, isActive(status));
  return (
    <p className="log-quiet" ref={measure} data-index={row}>
      <StateIcon state={icon} small />
      <span>
        {title}, {word}
      </span>
    </p>
  );
}

function toQuiet(phase: RunPhase | null, isBusy: boolean): { icon: IconState; word: string } {
  switch (phase?.state) {
    case "complete":
      return { icon: "complete", word: "complete" };
    case "failed":
      return { icon: "error", word: "failed" };
    case "running":
      return isBusy ? { icon: "running", word: "under way" } : { icon: "partial", word: "not finished" };
    default:
      return { icon: "pending", word: isBusy ? "pending" : "not reached" };
  }
}

function Took({ group, phase, status }: Omit<Heading, "length">) {
  if (phase === null) {
    const [first, last] = [group.lines[0], group.lines.at(-1)];
    return first === undefined || last === undefined ? "" : formatDuration(Date.parse(last.at) - Date.parse(first.at));
  }
  if (phase.durationMs !== null) return formatDuration(phase.durationMs);
  if (!isActive(status)) return "not finished";
  return phase.startedAt === null ? "under way" : <SoFar since={phase.startedAt} />;
}

function SoFar({ since }: { since: string }) {
  const now = useNow(1_000);
  return `${formatDuration(Math.max(0, now - Date.parse(since)))} so far`;
}

function iconOf({ phase, group, status, errors }: Heading & { errors: number }): IconState {
  if (phase !== null) {
    if (phase.state === "failed") return "error";
    if (phase.state === "complete") return "complete";
    if (status === "paused") return "paused";
    return isActive(status) ? "running" : "partial";
  }
  if (errors > 0 || (status === "failed" && group.id !== "preflight")) return "error";
  if (isActive(status) && group.id !== "preflight") return "running";
  return "complete";
}
