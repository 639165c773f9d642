import { StateIcon } from "@/components/ui/icons";
import type { Refusal } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** The whole page for somebody who may not see it, or is not known any more. */
export function NotAllowed({ refusal }: { refusal: Refusal["error"] }) {
  const isKnown = refusal.code === "forbidden";
  return (
    <>
      <h1 className="flex items-center gap-3">
        <StateIcon state="blocked" />
        <span>{isKnown ? "Your role does not include this" : "You are not signed in"}</span>
      </h1>
      <p className="lead">{toDisplayText(`${refusal.message} ${refusal.remedy}`)}</p>
      {isKnown ? null : (
        <p className="mt-5">
          <a className="btn primary" href="/sign-in">
            Sign in
          </a>
        </p>
      )}
    </>
  );
}
