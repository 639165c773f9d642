import { unstable_isUnrecognizedActionError } from "next/navigation";
import type { Answer, Refusal } from "@/lib/contract";

/** What a server action answers; where it could not be asked at all, a refusal that says so. Never throws. */
export async function answerOf<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await ask();
  } catch (cause) {
    return { ok: false, refusal: unstable_isUnrecognizedActionError(cause) ? OLD_PAGE : NO_ANSWER };
  }
}

const NO_ANSWER: Refusal["error"] = {
  code: "unreachable",
  message: "The console did not answer; whether it was done is not known.",
  remedy: "Reload the page: it shows how things stand.",
  activeRun: null,
};

/** The console was built anew since this page was loaded, and does not know its buttons any more. */
const OLD_PAGE: Refusal["error"] = {
  code: "usage",
  message: "This page is older than the console, which was updated since. Nothing was done.",
  remedy: "Reload the page, then press again.",
  activeRun: null,
};
