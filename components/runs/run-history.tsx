"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { RunStatusTag } from "@/components/run/run-status-tag";
import { Ago } from "@/components/ui/ago";
import { Empty } from "@/components/ui/empty";
import { RefusedPage } from "@/components/ui/refused-page";
import { formatCounted, formatDuration } from "@/lib/client/format";
import { toDisplayText } from "@/lib/client/log-text";
import { runsOptions } from "@/lib/client/query-options";
import type { RunSummary } from "@/lib/contract";

/** Every run, newest first. */
export function RunHistory() {
  const { data } = useQuery(runsOptions);
  if (data === undefined) return null;
  if (!data.ok) return <RefusedPage refusal={data.refusal} />;
  const { runs } = data.value;
  return (
    <>
      <h1>Runs</h1>
      <p className="lead">
        Everything Tidemark did on this database. The journal survives a reset and is for reading only.
      </p>
      <section className="section mt-6" aria-labelledby="all-runs">
        <div className="section-head">
          <h2 id="all-runs">{formatCounted(runs.length, "run")}</h2>
          <p>Newest first, all times UTC</p>
        </div>
        {runs.length === 0 ? (
          <Empty>
            No run yet. The first one appears here as soon as it is started, on the Overview or with tidemark migrate.
          </Empty>
        ) : (
          <table className="table run-list">
            <thead>
              <tr>
                <th>Run</th>
                <th>Kind</th>
                <th>Status</th>
                <th>Started</th>
                <th className="num">Took</th>
                <th className="hide-s">By</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <Row key={run.id} run={run} />
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}

function Row({ run }: { run: RunSummary }) {
  const took = run.finishedAt === null ? null : Date.parse(run.finishedAt) - Date.parse(run.startedAt);
  return (
    <tr>
      <td className="nowrap">
        {run.kind === "verify" ? `Run ${run.id}` : <Link href={`/runs/${run.id}`}>Run {run.id}</Link>}
      </td>
      <td>{run.kind}</td>
      <td>
        <RunStatusTag status={run.status} />
      </td>
      <td>
        <Ago at={run.startedAt} />
      </td>
      <td className="num">{took === null ? "–" : formatDuration(took)}</td>
      <td className="soft hide-s">{toDisplayText(run.startedBy)}</td>
    </tr>
  );
}
