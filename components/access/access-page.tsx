import type { ReactNode } from "react";
import { Mark } from "@/components/shell/mark";
import { ThemeToggle } from "@/components/shell/theme-toggle";

/** A page for somebody who is not signed in: the sign of the product, and one thing to do. Names no database. */
export function AccessPage({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <>
      <header className="bar">
        <div className="wrap bar-in">
          <span className="brand">
            <Mark />
            <span>Tidemark</span>
          </span>
          <div className="bar-end">
            <ThemeToggle />
          </div>
        </div>
      </header>
      <main className="wrap access" id="main">
        <div className="access-gauge" aria-hidden="true" />
        <div>
          <h1>{title}</h1>
          {lead === undefined ? null : <p className="lead">{lead}</p>}
          {children}
        </div>
      </main>
    </>
  );
}
