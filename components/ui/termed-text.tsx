import { Term } from "@/components/ui/term";
import { type TermId, toTextParts } from "@/lib/client/terms";
import { toDisplayText } from "@/lib/plain-text";

/** Marks that stay on the line of the word before them: a term is a button, and behind one a line may break anywhere. */
const MARKS = /^[.,:;)]+/;

/** A sentence in which each of `terms` explains itself where it is named first. */
export function TermedText({ text, terms }: { text: string; terms: readonly TermId[] }) {
  const parts = toTextParts(toDisplayText(text), terms);
  return parts.map(({ text: part, term }, index) => {
    if (term === null) return index === 0 ? part : part.replace(MARKS, "");
    return (
      <span key={term} className="nowrap">
        <Term id={term}>{part}</Term>
        {MARKS.exec(parts[index + 1]?.text ?? "")?.[0]}
      </span>
    );
  });
}
