/** The only door to the engine: CLI, worker, server actions and tests come through here. */
export { prepareConsole } from "@/lib/migration/console";
export { readInventorySample, readPlan, readSchemaReport, readStatus } from "@/lib/migration/diagnosis";
export { followRun, readLogLines, readRun, readRuns } from "@/lib/migration/history";
export { readOutlook } from "@/lib/migration/outlook";
export { countCoverage, readCoverage, readLedger, verify } from "@/lib/migration/proof";
export { readLostRows } from "@/lib/migration/reset-lost";
export { issueResetToken, previewReset, resetToEnd, startReset } from "@/lib/migration/reset-request";
export { cancelRun, pauseRun, resumeRun, setRunSpeed } from "@/lib/migration/run-control";
export { runToEnd, startRun } from "@/lib/migration/runner";
export {
  readAllSetAside,
  readSetAside,
  readSetAsideGroups,
  type SetAsideCursor,
  type SetAsideEntry,
  type SetAsideFilter,
  type SetAsideGroup,
  type SetAsidePage,
} from "@/lib/migration/set-aside-list";
export { runWorker } from "@/lib/migration/worker";
