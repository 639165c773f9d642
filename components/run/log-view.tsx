"use client";

import { useCallback, useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from "react";
import { LogGroupView } from "@/components/run/log-group-view";
import { LogTools } from "@/components/run/log-tools";
import { Empty } from "@/components/ui/empty";
import { formatCount } from "@/lib/client/format";
import { isShown, type LogFilter, type LogGroup, toLogGroups } from "@/lib/client/log-groups";
import type { RunLog } from "@/lib/client/run-log";
import { isActive } from "@/lib/client/run-state";
import type { LogEvent, RunDetail } from "@/lib/contract";

/** Closer to the end than this counts as at the end, in pixels. */
const END_TOLERANCE_PX = 24;

const NO_FILTER: LogFilter = { search: "", level: "all" };

/** The log of a run: grouped by phase, searchable, following its end until the reader scrolls up. */
export function LogView({
  run,
  lines,
  connection,
}: {
  run: RunDetail;
  lines: LogEvent[];
  connection: RunLog["connection"];
}) {
  const [filter, setFilter] = useState(NO_FILTER);
  const applied = useDeferredValue(filter);
  const [isOpenByHand, setOpenByHand] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isFiltered = applied.search !== "" || applied.level !== "all";
  const shown = useMemo(
    () => (isFiltered ? lines.filter((line) => isShown(line, applied)) : lines),
    [isFiltered, lines, applied],
  );
  const groups = useMemo(() => toLogGroups(run, shown), [run, shown]);
  const scroll = useFollow(isActive(run.status), shown.length);

  const isOpen = (group: LogGroup) =>
    isFiltered ? group.lines.length > 0 : (isOpenByHand.get(group.id) ?? isOpenByItself(group, run));
  const setOpen = useCallback((id: LogGroup["id"], open: boolean) => {
    setOpenByHand((before) => (before.get(id) === open ? before : new Map(before).set(id, open)));
  }, []);
  const setAllOpen = (open: boolean) => setOpenByHand(new Map(groups.map(({ id }) => [id, open])));

  return (
    <section className="log" aria-label="Log">
      <LogTools
        run={run}
        lines={lines}
        shown={shown}
        filter={filter}
        onFilter={setFilter}
        isFollowing={scroll.isFollowing}
        onFollow={scroll.toggle}
        areAllOpen={groups.every((group) => group.lines.length === 0 || isOpen(group))}
        onOpenAll={setAllOpen}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
      <section className="log-body" ref={scroll.body} onScroll={scroll.onScroll} tabIndex={0} aria-label="Lines">
        {groups.map((group) => (
          <LogGroupView
            key={group.id}
            group={group}
            isOpen={isOpen(group)}
            search={applied.search}
            isQuiet={!isFiltered && group.lines.length === 0}
            status={run.status}
            onToggle={setOpen}
          />
        ))}
        {shown.length === 0 && isFiltered ? (
          <div className="px-4">
            <Empty>No line of {formatCount(lines.length)} matches.</Empty>
          </div>
        ) : null}
      </section>
      <div className="log-foot">
        <span className={connection === "open" ? "live" : ""}>{footText(connection, lines)}</span>
        {isActive(run.status) ? (
          <span>{scroll.isFollowing ? "Scroll up to stop following" : "Not following"}</span>
        ) : null}
        <span className="end hide-s">stored first, then shown: nothing is lost on reconnect</span>
      </div>
    </section>
  );
}

/** Open without being asked: what is running, what failed, and the last word of a finished run. */
function isOpenByItself({ id, phase }: LogGroup, run: RunDetail): boolean {
  if (phase !== null) return phase.state === "running" || phase.state === "failed";
  if (id === "whole") return true;
  if (id === "verdict") return true;
  return run.phases.every(({ state }) => state === "waiting");
}

function footText(connection: RunLog["connection"], lines: LogEvent[]): string {
  const last = `line ${formatCount(lines.at(-1)?.seq ?? 0)}`;
  switch (connection) {
    case "connecting":
      return "connecting";
    case "open":
      return `live, ${last}`;
    case "visiting":
      return `read every 2 s, ${last}: other tabs hold the live streams`;
    case "lost":
      return `not connected, ${last}`;
    case "ended":
      return `complete, ${formatCount(lines.length)} lines`;
    default:
      return connection satisfies never;
  }
}

/** Keeps the end in view while following; scrolling up stops it, scrolling back to the end starts it again. */
function useFollow(isLive: boolean, length: number) {
  const body = useRef<HTMLElement>(null);
  const lastTop = useRef(0);
  const [isFollowing, setFollowing] = useState(isLive);

  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when lines were added
  useLayoutEffect(() => {
    const element = body.current;
    if (isFollowing && element !== null) element.scrollTop = element.scrollHeight;
  }, [isFollowing, length]);

  function onScroll() {
    const element = body.current;
    if (element === null) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < END_TOLERANCE_PX;
    const isUpwards = element.scrollTop < lastTop.current;
    lastTop.current = element.scrollTop;
    if (isAtEnd && isLive) setFollowing(true);
    else if (!isAtEnd && isUpwards) setFollowing(false);
  }

  function toggle() {
    const element = body.current;
    if (isLive) setFollowing((before) => !before);
    else if (element !== null) element.scrollTop = element.scrollHeight;
  }

  return { body, onScroll, isFollowing: isFollowing && isLive, toggle };
}
