"use client";

/**
 * For what nobody foresaw: says what is known, and what is not affected. Its icon is drawn here: this page comes with
 * every other, and would bring the set of icons along once more.
 */
export function ErrorPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <div className="verdict">
      <div className="say">
        <h1>
          <svg className="i t-coral" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M8 2h8l6 6v8l-6 6H8l-6-6V8zM15 9l-6 6M9 9l6 6" />
          </svg>
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
        <p className="under-title mt-4 flex flex-wrap gap-2">
          <button type="button" className="btn" onClick={onRetry}>
            Show it again
          </button>
          {/* A link of the framework might be what failed. */}
          <a className="btn quiet" href="/">
            Load the Overview anew
          </a>
        </p>
      </div>
    </div>
  );
}
