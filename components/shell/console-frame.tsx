"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { TideGauge } from "@/components/gauge/tide-gauge";
import { CommandsProvider } from "@/components/palette/commands";
import { ConnectionStrip } from "@/components/shell/connection-strip";
import { KeyHints } from "@/components/shell/key-hints";
import { Tabs } from "@/components/shell/tabs";
import { TopBar } from "@/components/shell/top-bar";
import { Ago } from "@/components/ui/ago";
import { answeredValue, runOptions, statusOptions } from "@/lib/client/query-options";

/** Pages on which the gauge is thin, because they are about something else. */
const COMPACT_ON = ["/schema", "/plan", "/runs", "/set-aside", "/audit"];

/** What stands around every page: who and where, pages, gauge, footer. The gauge is absent when there is nothing to read. */
export function ConsoleFrame({ children }: { children: ReactNode }) {
  const path = usePathname();
  const { data, dataUpdatedAt, failureCount } = useQuery(statusOptions);
  const status = answeredValue(data);
  const activeId = status?.activeRun?.id ?? runIdOf(path);
  const { data: runAnswer } = useQuery({ ...runOptions(activeId ?? 0), enabled: activeId !== null });
  const run = answeredValue(runAnswer);
  return (
    <CommandsProvider>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <TopBar database={status?.database ?? null} />
      <Tabs activeRun={status?.activeRun ?? null} run={run} />
      {failureCount > 0 ? <ConnectionStrip since={dataUpdatedAt} /> : null}
      {status === null || status.verdict === "unsupported" ? null : (
        <TideGauge status={status} run={run} isCompact={COMPACT_ON.includes(path)} />
      )}
      <main className="wrap" id="main" tabIndex={-1}>
        {children}
      </main>
      <footer className="foot">
        <div className="wrap">
          <KeyHints />
          <span>All times UTC</span>
          <span>
            {dataUpdatedAt === 0 ? (
              "not read yet"
            ) : (
              <>
                read <Ago at={new Date(dataUpdatedAt).toISOString()} />
              </>
            )}
          </span>
        </div>
      </footer>
    </CommandsProvider>
  );
}

function runIdOf(path: string): number | null {
  const id = /^\/runs\/(\d+)$/.exec(path)?.[1];
  return id === undefined ? null : Number(id);
}
