import { Term } from "@/components/ui/term";
import { type TermId, toTextParts } from "@/lib/client/terms";
import { toDisplayText } from "@/lib/plain-text";

/** A sentence in which each of `terms` explains itself where it is named first. */
export function TermedText({ text, terms }: { text: string; terms: readonly TermId[] }) {
  return toTextParts(toDisplayText(text), terms).map(({ text: part, term }) =>
    term === null ? (
      part
    ) : (
      <Term key={term} id={term}>
        {part}
      </Term>
    ),
  );
}
