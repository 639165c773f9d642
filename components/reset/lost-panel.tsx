import { StateIcon } from "@/components/ui/icons";
import { formatCounted } from "@/lib/client/format";
import type { ResetPreview } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Rows that no run makes again, to be taken along first. */
export function LostPanel({ lost }: { lost: ResetPreview["lost"] }) {
  const isNothing = lost.length === 0;
  return (
    <section className={`panel ${isNothing ? "" : "coral"}`}>
      <h3 className={isNothing ? "" : "t-coral"}>
        <StateIcon state={isNothing ? "complete" : "blocked"} /> Lost for good
      </h3>
      {isNothing ? (
        <p>Nothing: every row was made from sessions, and a run makes it again.</p>
      ) : (
        <>
          {lost.map(({ object, rows }) => (
            <p key={object}>
              <b className="strong text-ink">{formatCounted(rows, "row")}</b> of{" "}
              <code className="xs">{toDisplayText(object)}</code> that the application wrote. No run brings them back.
            </p>
          ))}
          <p className="mt-1">
            <a href="/api/reset/lost" download="tidemark-lost-rows.ndjson">
              Download these rows
            </a>{" "}
            first: one JSON object a line.
          </p>
        </>
      )}
    </section>
  );
}
