/** The only door to the engine: CLI, worker, server actions and tests come through here. */
export { prepareConsole } from "@/lib/migration/console";
export { readOutlook } from "@/lib/migration/preflight/outlook";
export { readCoverageDetail } from "@/lib/migration/read/coverage-detail";
export { readInventorySample, readPlan, readSchemaReport, readStatus } from "@/lib/migration/read/diagnosis";
export { followRun, readAllLogLines, readLogLines, readRun, readRuns } from "@/lib/migration/read/history";
export { type RunFilter, readRunHistory } from "@/lib/migration/read/history-page";
export { countCoverage, readCoverage, readLedger, verify } from "@/lib/migration/read/proof";
export {
  readAllSetAside,
  readSetAside,
  readSetAsideGroups,
  type SetAsideCursor,
  type SetAsideEntry,
  type SetAsideFilter,
  type SetAsideGroup,
  type SetAsidePage,
} from "@/lib/migration/read/set-aside-list";
export { readLostRows } from "@/lib/migration/reset/reset-lost";
export { issueResetToken, previewReset, resetToEnd, startReset } from "@/lib/migration/reset/reset-request";
export { endBlocker, previewBlocker } from "@/lib/migration/run/end-blocker";
export { cancelRun, pauseRun, resumeRun, setRunSpeed } from "@/lib/migration/run/run-control";
export { runToEnd, startRun } from "@/lib/migration/run/runner";
export { runWorker } from "@/lib/migration/run/worker";
