import { createHash, randomBytes } from "node:crypto";
import type { ResetPreview, RunEvent } from "@/lib/contract";
import { type DatabaseTarget, readDatabaseAddress, withClient } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { inspect } from "@/lib/inspection/inspection";
import { readOnly } from "@/lib/migration/diagnosis";
import { refuseIneligible } from "@/lib/migration/eligibility";
import type { RunOutcome } from "@/lib/migration/execution";
import { readResetPreview } from "@/lib/migration/reset-preview";
import { runToEnd, startRun } from "@/lib/migration/runner";
import { RefusalError } from "@/lib/refusal";

/** How long a previewed reset may be confirmed in the web, in minutes. */
const TOKEN_MINUTES = 5;

/**
 * What a reset would drop now; changes nothing.
 *
 * @throws {RefusalError} when this database is not eligible, or recorded at 17.
 */
export function previewReset(target: DatabaseTarget): Promise<ResetPreview> {
  return readOnly(target, async (client, inspection) => {
    refuseIneligible(inspection, { kind: "reset" });
    return readResetPreview(client, inspection);
  });
}

/** A single-use token, good for five minutes, that binds a confirmation in the web to the preview it was shown with. */
export function issueResetToken(target: DatabaseTarget, previewHash: string): Promise<string> {
  return withClient(target, async (client) => {
    refuseIneligible(await inspect(client, target.schema), { kind: "reset" });
    await migrateConsoleSchema(client);
    const token = randomBytes(32).toString("base64url");
    await client.query(
      `insert into tidemark.reset_tokens (digest, preview_hash, expires_at)
       values ($1, $2, clock_timestamp() + make_interval(mins => $3))`,
      [digestOf(token), previewHash, TOKEN_MINUTES],
    );
    return token;
  });
}

/**
 * Queues a reset that was confirmed in the web.
 *
 * @throws {RefusalError} `usage` for a wrong name, `not-eligible` for a stale token or another preview, `active-run`.
 */
export async function startReset(
  target: DatabaseTarget,
  request: { confirm: string; token: string; expect: string; startedBy: string },
): Promise<{ runId: number }> {
  requireName(target, request.confirm);
  await requirePreview(target, request.expect);
  await redeemToken(target, request);
  return startRun(target, { kind: "reset", startedBy: request.startedBy, previewHash: request.expect });
}

/**
 * Previews, shows the preview, and resets, in this process.
 *
 * @throws {RefusalError} `usage` for a wrong name, `not-eligible` for dependents or when the preview is not the expected one.
 */
export async function resetToEnd(
  target: DatabaseTarget,
  request: {
    confirm: string;
    expect?: string;
    startedBy: string;
    signal: AbortSignal;
    onPreview: (preview: ResetPreview) => void;
    onEvent: (event: RunEvent) => void;
  },
): Promise<RunOutcome> {
  requireName(target, request.confirm);
  const preview = await requirePreview(target, request.expect);
  const { startedBy, signal, onEvent } = request;
  request.onPreview(preview);
  return runToEnd(target, { kind: "reset", startedBy, previewHash: preview.hash, signal, onEvent });
}

function requireName(target: DatabaseTarget, confirm: string): void {
  if (confirm === readDatabaseAddress(target.connectionString).name) return;
  throw new RefusalError(
    "usage",
    "The name typed is not the name of this database.",
    "Type the database name exactly to confirm the reset.",
  );
}

async function requirePreview(target: DatabaseTarget, expected: string | undefined): Promise<ResetPreview> {
  const preview = await previewReset(target);
  if (expected !== undefined && expected !== preview.hash) {
    throw new RefusalError(
      "not-eligible",
      "The database is no longer as previewed.",
      "Look at the new preview and confirm that one.",
    );
  }
  if (preview.dependents.length > 0) {
    const names = preview.dependents.map((dependent) => dependent.object).join(", ");
    throw new RefusalError(
      "not-eligible",
      `Other objects depend on what a reset drops: ${names}.`,
      "Drop them yourself, reset, and make them again after the next migration; Tidemark never uses CASCADE.",
    );
  }
  return preview;
}

/** Redeems the token, in one statement: two tabs cannot both. */
async function redeemToken(target: DatabaseTarget, request: { token: string; expect: string }): Promise<void> {
  const used = await withClient(target, (client) =>
    client.query(
      `update tidemark.reset_tokens set used_at = clock_timestamp()
       where digest = $1 and preview_hash = $2 and used_at is null and expires_at > clock_timestamp()`,
      [digestOf(request.token), request.expect],
    ),
  );
  if (used.rowCount === 1) return;
  throw new RefusalError(
    "not-eligible",
    "This confirmation was used or is older than five minutes.",
    "Open the preview again and confirm that one.",
  );
}

const digestOf = (token: string) => createHash("sha256").update(token).digest("hex");
