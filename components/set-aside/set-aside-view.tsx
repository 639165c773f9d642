import { Download } from "lucide-react";
import { ReasonList } from "@/components/set-aside/reason-list";
import { RefreshAfterRuns } from "@/components/set-aside/refresh-after-runs";
import { RetryButton } from "@/components/set-aside/retry-button";
import {
  type SetAsideNarrowing,
  type SetAsideReasonGroup,
  type SetAsideRow,
  toExportAddress,
} from "@/components/set-aside/set-aside";
import { ValueList } from "@/components/set-aside/value-list";
import { Empty } from "@/components/ui/empty";
import { StateIcon } from "@/components/ui/icons";
import { TermedText } from "@/components/ui/termed-text";
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

/** What no column can hold: how much, by reason with what to do, then one by one. Follows runs by itself. */
export function SetAsideView({ groups, values, filter, isFirstPage, next, retry }: Props) {
  const total = sumOf(groups);
  if (total === 0) return <NothingSetAside />;
  const retryable = sumOf(groups.filter(({ table }) => table === "session_summaries"));
  const figures = [
    { label: "Values", value: total, sub: `for ${formatCounted(new Set(groups.map(keyOfReason)).size, "reason")}` },
    { label: "In sessions", value: retryable, sub: retryable === 0 ? "none to be tried again" : "can be tried again" },
    {
      label: "In inventories",
      value: total - retryable,
      sub: total === retryable ? "none so far" : "met by a repair",
    },
  ];
  return (
    <>
      <RefreshAfterRuns />
      <div className="verdict">
        <div className="say">
          <h1>
            <StateIcon state="set-aside" />
            <span>Set aside</span>
          </h1>
          <p className="lead">
            <TermedText text={LEAD} terms={["set-aside", "run"]} />
          </p>
        </div>
        <div className="next">
          <aside className="panel" aria-label="Next">
            <div className="in stack pt-4">
              <RetryButton retryable={retryable} retry={retry} />
              <div className="quieter">
                <a className="btn quiet" href={toExportAddress("csv", filter)} download>
                  <Download className="i i-s" aria-hidden="true" /> CSV
                </a>
                <a className="btn quiet" href={toExportAddress("ndjson", filter)} download>
                  <Download className="i i-s" aria-hidden="true" /> NDJSON
                </a>
              </div>
            </div>
          </aside>
        </div>
        <dl className="more figures-3">
          {figures.map(({ label, value, sub }) => (
            <div key={label} className="readout">
              <dt>{label}</dt>
              <dd>
                <div className="big">{formatCount(value)}</div>
                <p className="sub">{sub}</p>
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <section className="section" aria-labelledby="by-reason">
        <div className="section-head">
          <h2 id="by-reason">By reason</h2>
          <p>What it means and what to do, the most frequent first</p>
        </div>
        <ReasonList groups={groups} total={total} chosen={filter} />
      </section>
      <ValueList groups={groups} values={values} filter={filter} isFirstPage={isFirstPage} next={next} />
    </>
  );
}

const LEAD =
  "What is listed here was set aside: no column of v16 can hold it as it is. In a session it stands where it stood, in its document; it stops no run, and what else the document tells is filled in, unless PostgreSQL cannot read the document at all.";

const sumOf = (groups: SetAsideReasonGroup[]) => groups.reduce((sum, { count }) => sum + count, 0);

const keyOfReason = ({ reason }: SetAsideReasonGroup) => reason;

function NothingSetAside() {
  return (
    <>
      <RefreshAfterRuns />
      <h1>Set aside</h1>
      <Empty>
        Nothing is set aside. A value that no column of v16 can hold appears here as soon as a run meets it, with where
        it stands and what to do; it never stops a run.
      </Empty>
    </>
  );
}
