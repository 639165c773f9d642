"use client";

import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { LogBody } from "@/components/run/log-body";
import { BackToEnd, LogFoot } from "@/components/run/log-foot";
import type { LineLook } from "@/components/run/log-lines";
import { LogSearch } from "@/components/run/log-search";
import { LogTools } from "@/components/run/log-tools";
import { useFollow } from "@/components/run/use-follow";
import { useKey } from "@/components/run/use-key";
import { useLineLink } from "@/components/run/use-line-link";
import { useKeptLine } from "@/components/run/use-revealed-line";
import { useShownGroups } from "@/components/run/use-shown-groups";
import { useSieve } from "@/components/run/use-sieve";
import { formatCount } from "@/lib/client/format";
import { indexOfSeq, type LogBook } from "@/lib/client/log-book";
import type { LogFilter } from "@/lib/client/log-sieve";
import type { RunLog } from "@/lib/client/run-log";
import { isActive } from "@/lib/client/run-state";
import type { LogEvent, RunDetail } from "@/lib/contract";

const NO_FILTER: LogFilter = { search: "", level: "all" };

/** The log of a run: grouped by phase, searchable, following its end until the reader scrolls up. */
export function LogView(props: { run: RunDetail; book: LogBook; connection: RunLog["connection"] }) {
  const { run, book, connection } = props;
  useSyncExternalStore(book.subscribe, () => book.version);
  const [filter, setFilter] = useState(NO_FILTER);
  const [isOnlyHits, setOnlyHits] = useState(true);
  const [isClock, setClock] = useState(false);
  const [current, setCurrent] = useState<number | null>(null);
  const [revealed, setRevealed] = useState<{ seq: number; isAsked: boolean } | null>(null);
  const isLive = isActive(run.status);
  const [stored] = useState(run.lastSeq);
  const isReading = connection === "connecting" || (connection !== "ended" && book.lines.length < stored);
  const scroll = useFollow(isLive);
  const { arrived, linked, said, link } = useLineLink();

  const ofLevel = useSieve(book, { search: "", level: filter.level });
  const found = useSieve(book, filter);
  const isSearching = filter.search !== "";
  const sieve = isSearching && isOnlyHits ? found : ofLevel;
  const { groups, toggle, areAllOpen, openAll } = useShownGroups(book, run, sieve);

  const startedAt = Date.parse(run.startedAt);
  const look = useMemo(
    (): LineLook => ({
      search: filter.search,
      since: isClock ? null : startedAt,
      linked,
      hit: current,
      onLink: (seq) => void link(seq),
    }),
    [filter.search, isClock, startedAt, linked, current, link],
  );

  /** Brings a line into view, in whatever part it is and whatever is filtered. */
  function goTo(line: LogEvent | undefined, isAsked = true) {
    if (line === undefined) return;
    const index = indexOfSeq(book.lines, line.seq);
    const isShown = sieve === null || sieve.found[indexOfSeq(sieve.found, line.seq)]?.seq === line.seq;
    if (!isShown) setFilter(NO_FILTER);
    const group = book.groups[book.placeOf(index)];
    if (group !== undefined) toggle(group.id, true);
    scroll.stop();
    setCurrent(line.seq);
    setRevealed({ seq: line.seq, isAsked });
  }

  function step(direction: 1 | -1) {
    const hits = found?.found ?? [];
    const next =
      current === null ? 0 : indexOfSeq(hits, direction === 1 ? current + 1 : current) - (direction === 1 ? 0 : 1);
    goTo(hits[(next + hits.length) % hits.length]);
  }

  function leaveSearch() {
    setFilter({ ...filter, search: "" });
    if (current !== null) setRevealed({ seq: current, isAsked: false });
  }

  const firstError = () => goTo(book.lines.find(({ level }) => level === "error"));
  const nextWarning = () => {
    const isLoud = ({ level }: LogEvent) => level === "warn" || level === "error";
    const from = current === null ? 0 : indexOfSeq(book.lines, current + 1);
    goTo(book.lines.slice(from).find(isLoud) ?? book.lines.find(isLoud));
  };
  const follow = () => (scroll.isFollowing ? scroll.stop() : scroll.toEnd());
  useKey("f", follow);
  useKey("e", firstError);
  useKey("w", nextWarning);

  useArrival({ run, book, connection, arrived, isMoved: scroll.isMoved, goTo });
  const onRevealed = useCallback(() => setRevealed(null), []);
  const revealAgain = useCallback((seq: number) => setRevealed({ seq, isAsked: false }), []);
  useKeptLine(scroll.body, scroll.isPinned ? null : (current ?? linked), revealAgain);
  const at = current === null || found === null ? -1 : indexOfSeq(found.found, current);
  const state =
    !isSearching || found === null
      ? null
      : {
          hits: found.found.length,
          at: found.found[at]?.seq === current && current !== null ? at + 1 : null,
          isDone: found.isDone(),
        };

  return (
    <section className="log" aria-label="Log">
      <LogTools
        runId={run.id}
        book={book}
        hasFailed={run.status === "failed"}
        isReading={isReading}
        shown={() => sieve?.found ?? book.lines}
        level={filter.level}
        onLevel={(level) => setFilter({ ...filter, level })}
        onFirstError={firstError}
        isFollowing={scroll.isFollowing}
        onFollow={follow}
        isClock={isClock}
        onClock={() => setClock((before) => !before)}
        areAllOpen={areAllOpen}
        onOpenAll={openAll}
      >
        <LogSearch
          lines={book.lines.length}
          isReading={isReading}
          search={filter.search}
          state={state}
          isOnlyHits={isOnlyHits}
          onSearch={(search) => {
            setCurrent(null);
            setFilter({ ...filter, search });
          }}
          onOnlyHits={(isOnly) => {
            setOnlyHits(isOnly);
            if (current !== null) setRevealed({ seq: current, isAsked: false });
          }}
          onStep={step}
          onLeave={leaveSearch}
        />
      </LogTools>
      <div className="log-frame">
        <LogBody
          groups={groups}
          status={run.status}
          isReading={isReading}
          look={look}
          shownAs={sieve === null ? "all" : `${filter.level} ${isOnlyHits ? filter.search : ""}`}
          scroll={scroll}
          revealed={revealed}
          onRevealed={onRevealed}
          onToggle={toggle}
          nothing={
            sieve?.isDone() && sieve.found.length === 0 ? `No line of ${formatCount(book.lines.length)} matches.` : null
          }
        />
        {isLive && !scroll.isFollowing ? <BackToEnd book={book} onPress={scroll.toEnd} /> : null}
      </div>
      <LogFoot
        book={book}
        stored={stored}
        connection={connection}
        isLive={isLive}
        isFollowing={scroll.isFollowing}
        said={said}
        line={current ?? linked}
        onLink={(seq) => void link(seq)}
      />
    </section>
  );
}

/** Where a reader who comes to a log is taken, once: to the line of the address, or to what made the run fail. */
function useArrival(props: {
  run: RunDetail;
  book: LogBook;
  connection: RunLog["connection"];
  arrived: number | null;
  isMoved: () => boolean;
  goTo: (line: LogEvent | undefined, isAsked: boolean) => void;
}) {
  const { run, book, connection, arrived, isMoved, goTo } = props;
  const shown = useRef<number | "error" | null>(null);
  // A page that is being watched does not move under its reader; one opened for a failed run opens at the failure.
  const hadFailed = useRef(run.status === "failed").current;
  const line = arrived === null ? undefined : book.lines[indexOfSeq(book.lines, arrived)];
  const isThere = line !== undefined && line.seq === arrived && shown.current !== arrived;
  const hasFailed = arrived === null && run.status === "failed" && connection === "ended" && shown.current === null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: goes there once, whatever changes afterwards
  useEffect(() => {
    if (isThere) {
      shown.current = arrived;
      goTo(line, true);
    } else if (hasFailed) {
      shown.current = "error";
      if (!isMoved())
        goTo(
          book.lines.findLast(({ level }) => level === "error"),
          hadFailed,
        );
    }
  }, [isThere, hasFailed]);
}
