import type { Answer, ResetPreview, Speed } from "@/lib/contract";

/** The run that was started or changed. */
type RunAnswer = Promise<Answer<{ runId: number }>>;

/** How a run is to be paced from its start. */
export interface RunPace {
  speed: Speed;
  /** End of the maintenance window as ISO 8601; null: none. */
  until: string | null;
}

/** A preview with the token that binds its confirmation to it. */
export interface OfferedReset {
  preview: ResetPreview;
  token: string;
  offeredAt: string;
}

/** Everything in the browser that changes something: server actions, handed down by the layout. */
export interface ConsoleActions {
  runMigration(pace: RunPace): RunAnswer;
  catchUp(): RunAnswer;
  pauseRun(input: { runId: number }): RunAnswer;
  resumeRun(input: { runId: number }): RunAnswer;
  cancelRun(input: { runId: number }): RunAnswer;
  setRunSpeed(input: { runId: number; speed: Speed }): RunAnswer;
  previewReset(): Promise<Answer<OfferedReset>>;
  confirmReset(input: { confirm: string; token: string; expect: string; dropsDependents: boolean }): RunAnswer;
}
