import { type IconState, StateIcon, toneOf } from "@/components/ui/icons";
import type { ObjectState } from "@/lib/contract";

const LOOKS: Record<ObjectState, { icon: IconState; word: string }> = {
  "as-declared": { icon: "complete", word: "as declared" },
  planned: { icon: "pending", word: "planned" },
  missing: { icon: "error", word: "missing" },
  different: { icon: "error", word: "different" },
  invalid: { icon: "error", word: "INVALID" },
  "not-validated": { icon: "error", word: "NOT VALID" },
  extra: { icon: "note", word: "not declared" },
  v15: { icon: "complete", word: "v15" },
};

/** The icon of an object's state, named for screen readers. */
export function ObjectIcon({ state }: { state: ObjectState }) {
  return (
    <>
      <StateIcon state={LOOKS[state].icon} small />
      <span className="sr">{LOOKS[state].word}</span>
    </>
  );
}

/** Icon and word. `text` replaces the word where more is known. */
export function ObjectStateText({ state, text }: { state: ObjectState; text?: string }) {
  const { icon, word } = LOOKS[state];
  return (
    <span className={`state sm t-${toneOf(icon)}`}>
      <StateIcon state={icon} small /> {text ?? word}
    </span>
  );
}

/** The word alone, in its colour. `rightWord` is what an object is that is as declared. */
export function ObjectStateWord({ state, rightWord }: { state: ObjectState; rightWord?: string | undefined }) {
  const { icon } = LOOKS[state];
  const word = wordOf(state, rightWord);
  const isLoud = toneOf(icon) === "coral" || toneOf(icon) === "amber";
  return <span className={`nowrap ${isLoud ? `strong t-${toneOf(icon)}` : "muted"}`}>{word}</span>;
}

function wordOf(state: ObjectState, rightWord: string | undefined): string {
  if (rightWord === undefined || (state !== "as-declared" && state !== "v15")) return LOOKS[state].word;
  return state === "v15" ? `${rightWord}, v15` : rightWord;
}
