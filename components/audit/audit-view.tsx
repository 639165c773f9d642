import { Download } from "lucide-react";
import Link from "next/link";
import { type AuditNarrowing, toAuditAddress, toAuditExport } from "@/components/audit/audit";
import { AuditFilter } from "@/components/audit/audit-filter";
import { AuditTable } from "@/components/audit/audit-table";
import { Empty } from "@/components/ui/empty";
import type { AuditEvent } from "@/lib/contract";

interface Props {
  /** One page of the list. */
  events: AuditEvent[];
  narrowing: AuditNarrowing;
  isFirstPage: boolean;
  /** Where the next page begins; null on the last one. */
  next: number | null;
  /** Everybody and everything that occurs. */
  actors: string[];
  actions: string[];
}

/** Who asked for what, when, from where, and what came of it. */
export function AuditView({ events, narrowing, isFirstPage, next, actors, actions }: Props) {
  const isNarrowed = Object.keys(narrowing).length > 0;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div>
          <h1>Audit</h1>
          <p className="lead">
            Who asked for what, when and from where, refusals included. Lines are added and never changed; they survive
            a reset.
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <a className="btn" href={toAuditExport("csv", narrowing)} download>
            <Download className="i i-s" aria-hidden="true" /> CSV
          </a>
          <a className="btn" href={toAuditExport("ndjson", narrowing)} download>
            <Download className="i i-s" aria-hidden="true" /> NDJSON
          </a>
        </div>
      </div>
      <section className="section" aria-labelledby="events">
        <div className="section-head">
          <h2 id="events">Events</h2>
          <p>
            {isNarrowed ? "Narrowed, newest" : "Newest"} first, all times UTC{isFirstPage ? "" : ", a later page"}
          </p>
        </div>
        <AuditFilter narrowing={narrowing} actors={actors} actions={actions} />
        {events.length === 0 ? (
          <Empty>
            {isNarrowed || !isFirstPage
              ? "There is no such event."
              : "No event yet. What somebody does on these pages appears here, and so does what is refused."}
          </Empty>
        ) : (
          <AuditTable events={events} />
        )}
        {isFirstPage && next === null ? null : (
          <nav className="mt-4 flex gap-2" aria-label="Pages of the list">
            {isFirstPage ? null : (
              <Link className="btn" href={toAuditAddress(narrowing)}>
                Newest
              </Link>
            )}
            {next === null ? null : (
              <Link className="btn" href={toAuditAddress(narrowing, next)} rel="next">
                Earlier
              </Link>
            )}
          </nav>
        )}
      </section>
    </>
  );
}
