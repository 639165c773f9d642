"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { TideGauge } from "@/components/gauge/tide-gauge";
import { CommandsProvider } from "@/components/palette/commands";
import { ConnectionStrip } from "@/components/shell/connection-strip";
import { KeyHints } from "@/components/shell/key-hints";
import { type KnownStatus, KnownStatusProvider } from "@/components/shell/known-status";
import { News } from "@/components/shell/news";
import { Tabs } from "@/components/shell/tabs";
import { TopBar } from "@/components/shell/top-bar";
import { usePulse } from "@/components/shell/use-pulse";
import { Ago } from "@/components/ui/ago";
import { useKeptAnswer } from "@/components/ui/use-kept-answer";
import { answeredValue, runOptions } from "@/lib/client/query-options";

/** Pages on which the gauge is thin, because they are about something else. */
const COMPACT_ON = ["/schema", "/plan", "/runs", "/set-aside", "/audit", "/help", "/operators", "/account"];

/** What stands around every page: who and where, pages, gauge, footer. */
export function ConsoleFrame({ children }: { children: ReactNode }) {
  return (
    <CommandsProvider>
      <KnownStatusProvider>{(known) => <Frame known={known}>{children}</Frame>}</KnownStatusProvider>
    </CommandsProvider>
  );
}

/** The gauge is absent when there is nothing to read. */
function Frame({ known, children }: { known: KnownStatus; children: ReactNode }) {
  const path = usePathname();
  const { status, readAt, refusal } = known;
  const { pulse, isSilent } = usePulse();
  const pageRun = runIdOf(path);
  const activeId = status?.activeRun?.id ?? pageRun;
  const runQuery = useQuery({ ...runOptions(activeId ?? 0), enabled: activeId !== null });
  const { answer } = useKeptAnswer(runQuery, activeId);
  const run = answeredValue(answer);
  const isGaugeShown = status !== null && status.verdict !== "unsupported";
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <TopBar database={status?.database ?? null} />
      <Tabs activeRun={status?.activeRun ?? null} run={run} />
      {isGaugeShown ? (
        // Made anew with the first reading of a run: it would rise to it as if all that had been done just now.
        <TideGauge
          key={activeId !== null && run === null ? "unread" : "read"}
          status={status}
          run={run}
          isCompact={COMPACT_ON.includes(path)}
        />
      ) : null}
      <main className="wrap" id="main" tabIndex={-1}>
        {children}
      </main>
      <footer className="foot">
        <div className="wrap">
          <KeyHints />
          <Link href="/help">Help</Link>
          <span>All times UTC</span>
          <span>
            {readAt === 0 ? (
              "not read yet"
            ) : (
              <>
                read <Ago at={new Date(readAt).toISOString()} />
              </>
            )}
          </span>
        </div>
      </footer>
      <News pulse={pulse} isSilent={isSilent} quietRun={pageRun} />
      {isSilent || (refusal !== null && isGaugeShown) ? (
        <ConnectionStrip refusal={isSilent ? null : refusal} readAt={readAt} />
      ) : null}
    </>
  );
}

function runIdOf(path: string): number | null {
  const id = /^\/runs\/(\d+)$/.exec(path)?.[1];
  return id === undefined ? null : Number(id);
}
