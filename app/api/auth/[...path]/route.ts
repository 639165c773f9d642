import { ZodError } from "zod";
import { TooManyAttemptsError } from "@/lib/auth/attempts";
import { refuseForeign } from "@/lib/queries/access";
import { toRefusal } from "@/lib/queries/refusals";
import { respond } from "@/lib/queries/respond";
import { lookAtLink, setPasswordByLink } from "@/lib/queries/sign-in/links";
import { beginTwoFactor, confirmIdentity, endTwoFactor, finishTwoFactor } from "@/lib/queries/sign-in/own-access";
import {
  arriveFromProvider,
  signInAtProvider,
  signInByCode,
  signInByLink,
  signInByPassword,
  signOut,
} from "@/lib/queries/sign-in/sign-in";
import { RefusalError } from "@/lib/refusal";

/** Everything that can be asked for here; what else better-auth could do is not reachable. */
const DOORS: Record<string, (input: unknown) => Promise<Response>> = {
  "sign-in": signInByPassword,
  "sign-in/code": signInByCode,
  "sign-in/link": signInByLink,
  "sign-in/provider": signInAtProvider,
  "sign-out": signOut,
  link: lookAtLink,
  "link/password": setPasswordByLink,
  confirm: confirmIdentity,
  "two-factor/begin": beginTwoFactor,
  "two-factor/finish": finishTwoFactor,
  "two-factor/end": endTwoFactor,
};

/** Largest body taken, in bytes. */
const MOST_BYTES = 10_000;

/** Signs in and out. These doors open without a session, so each counts attempts or asks who it is. */
export async function POST(request: Request, { params }: RouteContext<"/api/auth/[...path]">): Promise<Response> {
  try {
    refuseForeign(request.headers, request.method);
    const door = DOORS[(await params).path.join("/")];
    if (door === undefined) return notThere();
    return await door(await readBody(request));
  } catch (cause) {
    return refuse(cause);
  }
}

/** Where the identity provider sends its users back to. */
export async function GET(request: Request, { params }: RouteContext<"/api/auth/[...path]">): Promise<Response> {
  try {
    refuseForeign(request.headers, request.method);
    if ((await params).path.join("/") !== "callback/oidc") return notThere();
    return await arriveFromProvider(new URL(request.url).search);
  } catch (cause) {
    return refuse(cause);
  }
}

async function readBody(request: Request): Promise<unknown> {
  const bytes = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(bytes <= MOST_BYTES)) throw malformed();
  try {
    return JSON.parse(await request.text());
  } catch {
    throw malformed();
  }
}

function malformed(): RefusalError {
  return new RefusalError("usage", "This is nothing that a page of the console sends.", "Reload the page.");
}

function refuse(cause: unknown): Response {
  const refusal = toRefusal(cause instanceof ZodError ? malformed() : cause);
  if (refusal.code === "usage") return Response.json({ error: refusal }, { status: 400, headers: NEVER_STORED });
  const answer = respond({ ok: false, refusal });
  if (cause instanceof TooManyAttemptsError) answer.headers.set("Retry-After", String(cause.seconds));
  return answer;
}

function notThere(): Response {
  return Response.json({ error: malformed().toRefusal().error }, { status: 404, headers: NEVER_STORED });
}

const NEVER_STORED = { "Cache-Control": "no-store" };
