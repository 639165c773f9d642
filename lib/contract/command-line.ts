import { z } from "zod";
import { count } from "@/lib/contract/scalars";

export const demoResult = z.object({ database: z.string(), sessions: count, skippedLines: count });

/** What `tidemark doctor` looks at, in this order. */
export const DOCTOR_IDS = [
  "node",
  "settings",
  "secret",
  "network",
  "home",
  "web",
  "connection",
  "transport",
  "direct",
  "server",
  "tables",
  "version",
  "writable",
  "rights",
  "role",
  "reader",
  "console-tables",
  "hazards",
  "run",
] as const;

/** One thing that was looked at; several for one id where there is more to say. */
export const doctorCheck = z.object({
  id: z.enum(DOCTOR_IDS),
  /** `skipped`: what comes before it has to be mended first. */
  state: z.enum(["ok", "warning", "error", "skipped"]),
  found: z.string(),
  /** What to do; null where nothing is to be done. */
  remedy: z.string().nullable(),
});
export type DoctorCheck = z.infer<typeof doctorCheck>;

/** `tidemark doctor --json`. */
export const doctorReport = z.object({ checks: z.array(doctorCheck) });
export type DoctorReport = z.infer<typeof doctorReport>;

/** `tidemark web --check --json`; `status` of the answer is null without one. */
export const webCheck = z.object({ url: z.string(), isUp: z.boolean(), status: z.number().int().nullable() });
export type WebCheck = z.infer<typeof webCheck>;

/** `tidemark completion --json`. */
export const completionScript = z.object({ shell: z.enum(["bash", "zsh", "fish"]), script: z.string() });
export type CompletionScript = z.infer<typeof completionScript>;
