import { readFailpoint } from "@/lib/env";

/** Places of a run at which a test may end or freeze the process. */
export type Failpoint =
  | "claimed"
  | "step-begun"
  | "transaction-open"
  | "transaction-done"
  | "statement-done"
  | "batch-open"
  | "batch-done"
  | "phase-done"
  | "version-open"
  | "version-done"
  | "reset-open"
  | "reset-done";

const passed = new Map<string, number>();

/**
 * Does what `TIDEMARK_FAILPOINT` asks for at this place; nothing where it is not set, as in any production.
 *
 * `<name>[@n]:<action>`: at the n-th passing of that place (`every`: of any) by this process, `kill` or `stop` it
 * (SIGKILL, SIGSTOP), or `fail` there.
 */
export function failpoint(name: Failpoint): void {
  const wanted = /^([a-z-]+)(?:@(\d+))?:(kill|stop|fail)$/.exec(readFailpoint() ?? "");
  if (wanted === null) return;
  const [, place = "", nth = "1", action = ""] = wanted;
  if (place !== name && place !== "every") return;
  const count = (passed.get(place) ?? 0) + 1;
  passed.set(place, count);
  if (count !== Number(nth)) return;
  if (action === "fail") throw new Error(`Failed on purpose at ${name}.`);
  process.kill(process.pid, action === "kill" ? "SIGKILL" : "SIGSTOP");
  // The signal is delivered by the kernel: nothing of this thread may run in between.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}
