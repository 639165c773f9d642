"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { formatShare } from "@/lib/client/format";
import { shareOfRun } from "@/lib/client/gauge-reading";
import { isActive } from "@/lib/client/run-state";
import type { ActiveRun, RunDetail } from "@/lib/contract";

/** The pages, in the order of the operator's jobs. A running run shows how far it is in its tab. */
export function Tabs({ activeRun, run }: { activeRun: ActiveRun | null; run: RunDetail | null }) {
  const path = usePathname();
  const tabs = [
    { href: "/", label: "Overview", isCurrent: path === "/" },
    {
      href: activeRun === null ? "/run" : `/runs/${activeRun.id}`,
      label: "Run",
      isCurrent: path === "/run" || path.startsWith("/runs/"),
    },
    { href: "/runs", label: "Runs", isCurrent: path === "/runs" },
    { href: "/schema", label: "Schema", isCurrent: path === "/schema" },
    { href: "/plan", label: "Plan", isCurrent: path === "/plan" },
    { href: "/coverage", label: "Coverage", isCurrent: path === "/coverage" },
    { href: "/set-aside", label: "Set aside", isCurrent: path === "/set-aside" },
    { href: "/audit", label: "Audit", isCurrent: path === "/audit" },
  ];
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (path !== "") showCurrent(list.current);
  }, [path]);
  const isRunning = run !== null && isActive(run.status);
  return (
    <nav className="nav" aria-label="Pages">
      <div className="wrap">
        <ul ref={list}>
          {tabs.map(({ href, label, isCurrent }) => (
            <li key={label}>
              <Link href={href} aria-current={isCurrent ? "page" : undefined}>
                {label}
                {label === "Run" && isRunning ? (
                  run.status === "paused" ? (
                    <span className="t-amber xs">paused</span>
                  ) : (
                    <span className="live t-tide xs">{formatShare(shareOfRun(run), 0)}</span>
                  )
                ) : null}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </nav>
  );
}

/** On a narrow screen not all of them are in sight: the current one is brought there, and the page is not moved. */
function showCurrent(list: HTMLUListElement | null): void {
  const current = list?.querySelector("[aria-current]")?.getBoundingClientRect();
  if (list === null || current === undefined) return;
  const { left, width } = list.getBoundingClientRect();
  list.scrollLeft += current.left + current.width / 2 - (left + width / 2);
}
