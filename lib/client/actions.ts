import type { Answer, ResetPreview, Speed } from "@/lib/contract";

/** The run that was started or changed. */
type RunAnswer = Promise<Answer<{ runId: number }>>;

/** How a migration is to go from its start. */
export interface MigrationRequest {
  speed: Speed;
  /** End of the maintenance window as ISO 8601; null: none. */
  until: string | null;
  /** Views in the way of a repair, by name, that may be dropped and made again identically. */
  recreatedDependents: string[];
}

/** A preview with the token that binds its confirmation to it. */
export interface OfferedReset {
  preview: ResetPreview;
  token: string;
  offeredAt: string;
}

/** Everything in the browser that changes something: server actions, handed down by the layout. */
export interface ConsoleActions {
  runMigration(request: MigrationRequest): RunAnswer;
  catchUp(): RunAnswer;
  pauseRun(input: { runId: number }): RunAnswer;
  resumeRun(input: { runId: number }): RunAnswer;
  cancelRun(input: { runId: number }): RunAnswer;
  setRunSpeed(input: { runId: number; speed: Speed; workers?: number }): RunAnswer;
  previewReset(): Promise<Answer<OfferedReset>>;
  confirmReset(input: { confirm: string; token: string; expect: string; dropsDependents: boolean }): RunAnswer;
}
