import type { SetAsideReason } from "@/lib/enrichment/rules";

/** What a reason means and what the operator can do about its values. */
export interface SetAsideAdvice {
  meaning: string;
  remedy: string;
}

const RETRY = "then try again";

const ADVICE: Record<SetAsideReason, SetAsideAdvice> = {
  "ip-unreadable": {
    meaning: "No source names an address; this is the first text that is neither IPv4 nor IPv6.",
    remedy: `Correct it in the session's document or raw event (no prefix, no zone, no leading zeros), ${RETRY}.`,
  },
  "asn-out-of-range": {
    meaning: "The number does not fit the column, which holds 1 to 2,147,483,647.",
    remedy: `Correct a wrong number in the document, ${RETRY}; a true ASN above the limit stays set aside.`,
  },
  "asn-unreadable": {
    meaning: "Not an ASN: neither a whole number nor digits, with or without AS before them.",
    remedy: `Correct it in the document, ${RETRY}.`,
  },
  "country-unreadable": {
    meaning: "Not a country code of two letters A to Z.",
    remedy: `Correct it in the document, ${RETRY}.`,
  },
  "ip-types-unreadable": {
    meaning: "Neither a text nor a list with a text in it.",
    remedy: `Correct it in the document, ${RETRY}.`,
  },
  "enriched-at-unreadable": {
    meaning: "Not a date as YYYY-MM-DD, with or without a time; created_at stands in.",
    remedy: `Nothing is lost: the stand-in stays. Correct enriched_at in the document, ${RETRY}, and it leaves the list.`,
  },
  "document-unreadable": {
    meaning: "PostgreSQL cannot read the document: a NUL escape, a lone surrogate, or a number out of range in it.",
    remedy: `Replace the document of that session by one that can be cast to jsonb, ${RETRY}.`,
  },
};

const OTHER: SetAsideAdvice = {
  meaning: "The declared column cannot hold this value.",
  remedy: "The column has its default instead. Write the right value in the application, if there is one.",
};

/** What `reason` means and what to do; words of a general kind for a reason of another table or version. */
export function adviceOn(reason: string): SetAsideAdvice {
  return Object.hasOwn(ADVICE, reason) ? ADVICE[reason as SetAsideReason] : OTHER;
}
