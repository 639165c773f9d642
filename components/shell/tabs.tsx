"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { toTabSign } from "@/lib/client/gauge-reading";
import { isActive } from "@/lib/client/run-state";
import type { ActiveRun, RunDetail } from "@/lib/contract";

/** The pages, in the order of the operator's jobs. A run under way shows in its tab how far its phase is. */
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
  const isRunning = run !== null && isActive(run.status);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another page, and when the tab of the run gets its sign
  useEffect(() => {
    const strip = list.current;
    if (strip === null) return;
    // Tells of the first width at once, and of each one after it: a telephone that is turned, a window made narrower.
    const watcher = new ResizeObserver(() => showCurrent(strip));
    watcher.observe(strip);
    return () => watcher.disconnect();
  }, [path, isRunning]);
  return (
    <nav className="nav" aria-label="Pages">
      <div className="wrap">
        <ul ref={list}>
          {tabs.map(({ href, label, isCurrent }) => (
            <li key={label}>
              <Link href={href} aria-current={isCurrent ? "page" : undefined}>
                {label}
                {label === "Run" && isRunning ? (
                  <span className={run.status === "paused" ? "sign t-amber xs" : "sign live t-tide xs"}>
                    {toTabSign(run)}
                  </span>
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
function showCurrent(list: HTMLUListElement): void {
  const current = list.querySelector("[aria-current]")?.getBoundingClientRect();
  if (current === undefined) return;
  const { left, width } = list.getBoundingClientRect();
  list.scrollLeft += current.left + current.width / 2 - (left + width / 2);
}
