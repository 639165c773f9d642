import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import { readClientAddress } from "@/lib/auth/client-address";
import { readSettings, type Settings } from "@/lib/env";
import { toRefusal } from "@/lib/queries/refusals";
import { respond } from "@/lib/queries/respond";
import { currentTarget } from "@/lib/queries/service";
import { RefusalError } from "@/lib/refusal";
import { renderMetrics } from "@/lib/telemetry/metrics";
import { readRunFigures } from "@/lib/telemetry/run-figures";

/** The figures of this console for a monitoring system; asks nothing of the honeypot's tables. */
export async function answerMetrics({ headers }: Request): Promise<Response> {
  try {
    demandMetricsAccess(headers, readSettings());
  } catch (cause) {
    return respond({ ok: false, refusal: toRefusal(cause) });
  }
  const scraped = await currentTarget()
    .then(async (target) => ({ isUp: true, figures: await readRunFigures(target) }))
    // A database that does not answer is a figure, too; one that refuses its reader has answered.
    .catch((cause: unknown) => ({
      isUp: cause instanceof RefusalError && cause.code === "not-eligible",
      figures: null,
    }));
  const { text, type } = await renderMetrics(scraped, headers.get("accept"));
  return new Response(text, { headers: { "Content-Type": type, "Cache-Control": "no-store" } });
}

type AccessSettings = Pick<Settings, "TIDEMARK_METRICS_TOKEN" | "TIDEMARK_PUBLIC_ORIGIN" | "TIDEMARK_TRUSTED_PROXIES">;

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/**
 * Lets through who shows the token, or, where none is set, who asks on this machine for a console that is on no network: behind
 * a proxy everybody comes from this machine.
 *
 * @throws {RefusalError} `unauthenticated`.
 */
export function demandMetricsAccess(headers: Headers, settings: AccessSettings): void {
  const { TIDEMARK_METRICS_TOKEN: token, TIDEMARK_PUBLIC_ORIGIN: origin, TIDEMARK_TRUSTED_PROXIES: proxies } = settings;
  if (token === undefined) {
    const isHere = LOOPBACK.test(readClientAddress(headers, proxies));
    if (isHere && origin === undefined && proxies === 0) return;
    throw new RefusalError(
      "unauthenticated",
      "Metrics are for this machine only.",
      "Set TIDEMARK_METRICS_TOKEN to the output of `openssl rand -base64 32`, and send it as bearer token.",
    );
  }
  const shown = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";
  if (isSame(shown, token)) return;
  throw new RefusalError(
    "unauthenticated",
    "Metrics need the token of this console.",
    "Send the value of TIDEMARK_METRICS_TOKEN as bearer token.",
  );
}

/** Takes as long whatever is shown. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
