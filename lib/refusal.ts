import type { ActiveRun, Refusal } from "@/lib/contract";

type RefusalCode = Refusal["error"]["code"];

/**
 * A request turned down before anything was touched. The CLI prints `toRefusal()` and exits with `exitCode`;
 * the web shows message and remedy.
 */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
  readonly code: RefusalCode;
  readonly remedy: string;
  /** The run in the way, when `code` is `active-run`. */
  readonly activeRun: ActiveRun | null;

  constructor(
    code: RefusalCode,
    message: string,
    remedy: string,
    options: { activeRun?: ActiveRun; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.remedy = remedy;
    this.activeRun = options.activeRun ?? null;
  }

  /** The one object that a refused command prints. */
  toRefusal(): Refusal {
    return { error: { code: this.code, message: this.message, remedy: this.remedy, activeRun: this.activeRun } };
  }

  /** 2 usage, 3 another run is active, 4 not eligible or not reachable. */
  get exitCode(): 2 | 3 | 4 {
    return this.code === "usage" ? 2 : this.code === "active-run" ? 3 : 4;
  }
}
