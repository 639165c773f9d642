"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useIsOnline } from "@/components/shell/use-is-online";
import { Ago } from "@/components/ui/ago";
import { StateIcon } from "@/components/ui/icons";
import type { Refusal } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/**
 * Tells that console or database do not answer, at the foot of the window, where it moves nothing; what is on screen stays,
 * with its age. Silent: the age would be read aloud every second.
 */
export function ConnectionStrip(props: {
  /** What the database does not answer for; null: the console itself is silent. */
  refusal: Refusal["error"] | null;
  /** When what is on screen was read, in milliseconds since 1970. */
  readAt: number;
}) {
  const { refusal, readAt } = props;
  const queries = useQueryClient();
  const isOnline = useIsOnline();
  return (
    <section className="strip" aria-label="Connection">
      <div className="wrap">
        <StateIcon state="interrupted" small />
        <p>
          {refusal === null ? (
            <b className="strong">{isOnline ? "No answer from the console. " : "This browser is offline. "}</b>
          ) : (
            <>
              <b className="strong">The database does not answer. </b>
              <span className="[overflow-wrap:anywhere]">{toDisplayText(`${refusal.message} ${refusal.remedy}`)} </span>
            </>
          )}
          What you see was read{" "}
          {readAt === 0 ? "when the page was loaded" : <Ago at={new Date(readAt).toISOString()} />}.
          {refusal === null ? " A run does not depend on this page." : null}
        </p>
        <button type="button" className="btn" onClick={() => void queries.invalidateQueries()}>
          Ask now
        </button>
      </div>
    </section>
  );
}
