import Link from "next/link";
import { Mark } from "@/components/shell/mark";
import { ThemeToggle } from "@/components/shell/theme-toggle";
import type { Status } from "@/lib/contract";

/** Whose database this is: an operator with two windows must never wonder. */
export function TopBar({ database }: { database: Status["database"] | null }) {
  return (
    <header className="bar">
      <div className="wrap bar-in">
        <Link className="brand" href="/" aria-label="Tidemark, overview">
          <Mark />
          <span>Tidemark</span>
        </Link>
        <div className="where">
          {database === null ? (
            <span>no database</span>
          ) : (
            <>
              <b>{database.name}</b>
              <span className="hide-s">
                {database.host}:{database.port}
              </span>
              <span className="opt">schema {database.schema}</span>
              <span className="opt">PostgreSQL {database.server}</span>
              <span className="opt">as {database.user}</span>
            </>
          )}
        </div>
        <div className="bar-end">
          <ThemeToggle />
        </div>
      </div>
    </header>
  );
}
