"use client";

import { RefreshCw } from "lucide-react";
import { StateIcon } from "@/components/ui/icons";

/** For what nobody foresaw: says what is known, and what is not affected. */
export function ErrorPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <div className="verdict">
      <div className="say">
        <h1>
          <StateIcon state="error" />
          <span>This page could not be shown</span>
        </h1>
        <p className="lead">
          The fault is in the console, not in the database; a run goes on.{" "}
          {digest === null ? null : (
            <>
              The server's log names the cause under <code>{digest}</code>.
            </>
          )}
        </p>
        <button type="button" className="btn mt-4" onClick={onRetry}>
          <RefreshCw className="i i-s" aria-hidden="true" /> Show it again
        </button>
      </div>
    </div>
  );
}
