import { Download } from "lucide-react";
import { ReasonList } from "@/components/set-aside/reason-list";
import { RetryButton } from "@/components/set-aside/retry-button";
import {
  type SetAsideNarrowing,
  type SetAsideReasonGroup,
  type SetAsideRow,
  toExportAddress,
} from "@/components/set-aside/set-aside";
import { ValueList } from "@/components/set-aside/value-list";
import { Empty } from "@/components/ui/empty";
import { formatCount, formatCounted } from "@/lib/client/format";
import type { Answer } from "@/lib/contract";

interface Props {
  /** Everything there is, whatever the list is narrowed to. */
  groups: SetAsideReasonGroup[];
  /** One page of the list. */
  values: SetAsideRow[];
  filter: SetAsideNarrowing;
  isFirstPage: boolean;
  /** Where the next page begins; null on the last one. */
  next: string | null;
  retry: () => Promise<Answer<{ runId: number }>>;
}

/** What no column can hold: by reason with what to do, then one by one. */
export function SetAsideView({ groups, values, filter, isFirstPage, next, retry }: Props) {
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const isRetryable = groups.some(({ table }) => table === "session_summaries");
  if (total === 0) {
    return (
      <>
        <h1>Set aside</h1>
        <Empty>
          Nothing is set aside. A value that no column of v16 can hold appears here as soon as a run meets it, with
          where it stands and what to do; it never stops a run.
        </Empty>
      </>
    );
  }
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div>
          <h1>Set aside</h1>
          <p className="lead">
            {formatCounted(total, "value")} that no column of v16 can hold. They are kept out, counted, and never stop a
            run; the documents are untouched.
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <a className="btn" href={toExportAddress("csv", filter)} download>
            <Download className="i i-s" aria-hidden="true" /> CSV
          </a>
          <a className="btn" href={toExportAddress("ndjson", filter)} download>
            <Download className="i i-s" aria-hidden="true" /> NDJSON
          </a>
          {isRetryable ? <RetryButton retry={retry} /> : null}
        </div>
      </div>
      <section className="section" aria-labelledby="by-reason">
        <div className="section-head">
          <h2 id="by-reason">By reason</h2>
          <p>{formatCount(groups.length)} kinds, the most frequent first</p>
        </div>
        <ReasonList groups={groups} />
      </section>
      <ValueList groups={groups} values={values} filter={filter} isFirstPage={isFirstPage} next={next} />
    </>
  );
}
