import type { Answer, ResetPreview } from "@/lib/contract";

type StartedRun = Promise<Answer<{ runId: number }>>;

/** A preview with the token that binds its confirmation to it. */
export interface OfferedReset {
  preview: ResetPreview;
  token: string;
  offeredAt: string;
}

/** Everything in the browser that changes something: server actions, handed down by the layout. */
export interface ConsoleActions {
  runMigration(): StartedRun;
  catchUp(): StartedRun;
  resumeRun(input: { runId: number }): StartedRun;
  previewReset(): Promise<Answer<OfferedReset>>;
  confirmReset(input: { confirm: string; token: string; expect: string }): StartedRun;
}
