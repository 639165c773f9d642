import { readSettings } from "@/lib/env";
import type { RunLimits } from "@/lib/migration/run/run-context";

/** Pace and patience out of the settings of this process. */
export function readLimits(): RunLimits {
  const settings = readSettings();
  return {
    batchTargetMs: settings.TIDEMARK_BATCH_TARGET_MS,
    parallelism: settings.TIDEMARK_PARALLELISM,
    lockTimeoutMs: settings.TIDEMARK_LOCK_TIMEOUT_MS,
    indexWaitMs: settings.TIDEMARK_INDEX_WAIT_MS,
    lockPatienceMs: settings.TIDEMARK_LOCK_PATIENCE_MS,
    reconnectMs: settings.TIDEMARK_RECONNECT_MS,
    silenceMs: settings.TIDEMARK_SILENCE_MS,
    room: {
      writerWaitMs: settings.TIDEMARK_WRITER_WAIT_MS,
      commitMs: settings.TIDEMARK_COMMIT_MS,
      walBacklogBytes: settings.TIDEMARK_WAL_BACKLOG_MB * 1024 ** 2,
      replicaLagMs: settings.TIDEMARK_REPLICA_LAG_MS,
      vacuumMs: settings.TIDEMARK_VACUUM_MS,
    },
  };
}
