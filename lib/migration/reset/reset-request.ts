import { createHash, randomBytes } from "node:crypto";
import type { ResetPreview, RunEvent } from "@/lib/contract";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { type Inspection, inspect } from "@/lib/inspection/inspection";
import { refuseIneligible } from "@/lib/migration/preflight/eligibility";
import { readOnly } from "@/lib/migration/read/diagnosis";
import type { ForeignDependent } from "@/lib/migration/reset/foreign-dependents";
import { readFullScope, readResetPreview } from "@/lib/migration/reset/reset-preview";
import type { Interruption, RunOutcome } from "@/lib/migration/run/execution";
import { runToEnd, startRun } from "@/lib/migration/run/runner";
import { RefusalError } from "@/lib/refusal";

/** How long a previewed reset may be confirmed in the web, in minutes. */
const TOKEN_MINUTES = 5;

/**
 * What a reset would drop now; changes nothing.
 *
 * @param options.dropsDependents the SQL drops dependents of others too, by name; the hash is another one then.
 * @throws {RefusalError} when this database is not eligible, or recorded at 17.
 */
export function previewReset(
  target: DatabaseTarget,
  options: { dropsDependents?: boolean } = {},
): Promise<ResetPreview> {
  return readOnly(target, async (client, inspection) => {
    refuseIneligible(inspection, { kind: "reset" });
    return readResetPreview(client, inspection, { dropsDependents: options.dropsDependents ?? false });
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

/** What an operator confirms a reset with. */
interface Confirmation {
  /** The name of the database, as typed. */
  confirm: string;
  /** Foreign dependents are dropped too: those of the preview, by name. */
  dropsDependents?: boolean;
  startedBy: string;
}

/**
 * Queues a reset that was confirmed in the web.
 *
 * @throws {RefusalError} `usage` for a wrong name, `not-eligible` for a stale token or another preview, `active-run`.
 */
export async function startReset(
  target: DatabaseTarget,
  request: Confirmation & { token: string; expect: string },
): Promise<{ runId: number }> {
  const preview = await requirePreview(target, request);
  await redeemToken(target, request);
  return startRun(target, toRunRequest(preview, request));
}

/**
 * Previews, shows the preview, and resets, in this process.
 *
 * @throws {RefusalError} `usage` for a wrong name, `not-eligible` for dependents or when the preview is not the expected
 * one, `active-run`.
 */
export async function resetToEnd(
  target: DatabaseTarget,
  request: Confirmation &
    Interruption & {
      expect?: string;
      /** The ledger fingerprints all sessions. */
      isDeep?: boolean;
      onPreview: (preview: ResetPreview) => void;
      onEvent: (event: RunEvent) => void;
    },
): Promise<RunOutcome> {
  const preview = await requirePreview(target, request);
  const { signal, urgent, onEvent } = request;
  request.onPreview(preview);
  return runToEnd(target, {
    ...toRunRequest(preview, request),
    signal,
    ...(urgent === undefined ? {} : { urgent }),
    onEvent,
  });
}

function toRunRequest(preview: ResetPreview, request: Confirmation & { isDeep?: boolean }) {
  const names = preview.dependents.map((dependent) => dependent.object);
  return {
    kind: "reset" as const,
    startedBy: request.startedBy,
    previewHash: preview.hash,
    ...(request.dropsDependents === true ? { droppedDependents: names } : {}),
    ...(request.isDeep === true ? { isDeep: true } : {}),
  };
}

/** The preview as it is now, once name, hash and dependents are found to be what was confirmed. */
function requirePreview(target: DatabaseTarget, request: Confirmation & { expect?: string }): Promise<ResetPreview> {
  const { confirm, dropsDependents = false, expect } = request;
  return readOnly(target, async (client, inspection) => {
    requireName(inspection, confirm);
    refuseIneligible(inspection, { kind: "reset" });
    const preview = await readResetPreview(client, inspection, { dropsDependents });
    if (expect !== undefined && expect !== preview.hash) {
      throw new RefusalError(
        "not-eligible",
        "The database is no longer as previewed.",
        "Look at the new preview and confirm that one.",
      );
    }
    const { dependents } = await readFullScope(client, inspection);
    const inTheWay = dropsDependents ? dependents.filter(({ dropSql }) => dropSql === null) : dependents;
    if (inTheWay.length > 0) throw refuseDependents(inTheWay, dropsDependents);
    return preview;
  });
}

function requireName({ database }: Inspection, confirm: string): void {
  if (confirm === database.name) return;
  throw new RefusalError(
    "usage",
    "The name typed is not the name of this database.",
    "Type the database name exactly to confirm the reset.",
  );
}

function refuseDependents(inTheWay: ForeignDependent[], dropsDependents: boolean): RefusalError {
  const names = inTheWay.map(({ kind, object }) => `${kind} ${object}`).join(", ");
  return dropsDependents
    ? new RefusalError(
        "not-eligible",
        `Other objects depend on what a reset drops and cannot be dropped by themselves: ${names}.`,
        "They hold data or belong to an extension: change or drop them yourself, then reset.",
      )
    : new RefusalError(
        "not-eligible",
        `Other objects depend on what a reset drops: ${names}.`,
        "Drop them yourself, or agree to lose them by name: `--drop-dependents`, or the tick in the dialog. Tidemark never uses CASCADE.",
      );
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
