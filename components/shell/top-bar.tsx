"use client";

import { CircleQuestionMark, Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useSyncExternalStore } from "react";
import { AccountLink } from "@/components/access/operator-context";
import { useCommands } from "@/components/palette/commands";
import { ConnectionSafety } from "@/components/shell/connection-safety";
import { Mark } from "@/components/shell/mark";
import { ThemeToggle } from "@/components/shell/theme-toggle";
import type { Status } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Whose database this is: an operator with two windows must never wonder. */
export function TopBar({ database }: { database: Status["database"] | null }) {
  const open = useCommands();
  const path = usePathname();
  const isMac = useSyncExternalStore(
    () => () => {},
    () => /mac/i.test(navigator.userAgent),
    () => false,
  );
  return (
    <header className="bar">
      <div className="wrap bar-in">
        <Link className="brand" href="/" aria-label="Tidemark, overview">
          <Mark />
          <span>Tidemark</span>
        </Link>
        <div className="where">
          {database === null ? (
            <span>no database to work on</span>
          ) : (
            <>
              <b>{toDisplayText(database.name)}</b>
              <span className="hide-s">
                {database.host}:{database.port}
              </span>
              <span className="opt">schema {toDisplayText(database.schema)}</span>
              <span className="opt">PostgreSQL {database.server}</span>
              <span className="opt">as {toDisplayText(database.user)}</span>
              <ConnectionSafety />
            </>
          )}
        </div>
        <div className="bar-end">
          <button
            type="button"
            className="btn quiet go-to"
            aria-label="Command palette"
            aria-keyshortcuts="Control+K Meta+K"
            aria-haspopup="dialog"
            onClick={() => open("palette")}
          >
            <Search className="i i-s" aria-hidden="true" />
            <span className="hide-s">Go to…</span>
            <kbd className="hide-s">{isMac ? "⌘ K" : "Ctrl K"}</kbd>
          </button>
          <Link
            className="icon-btn hide-s"
            href="/help"
            aria-label="Help: words, keys, the recovery guide"
            aria-current={path === "/help" ? "page" : undefined}
          >
            <CircleQuestionMark className="i" aria-hidden="true" />
          </Link>
          <ThemeToggle />
          <AccountLink />
        </div>
      </div>
    </header>
  );
}
