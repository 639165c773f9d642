/** What to do, with the statement that does it apart from the words, so that it can be copied. */
export interface RemedyText {
  words: string;
  sql: string | null;
}

/** A statement at the beginning of a remedy or behind a colon, up to the end of its sentence. */
const STATEMENT = /(^|: )((?:alter|create|drop|grant|select|set(?! TIDEMARK_)|update) (?:[^.]|\.(?=\S))*)\.?(?:\s+|$)/;

/** Finds the statement in a remedy. Pure. */
export function toRemedyText(remedy: string): RemedyText {
  const match = STATEMENT.exec(remedy);
  // One with a gap in it cannot be run as it stands.
  if (match === null || match[0].includes("…")) return { words: remedy, sql: null };
  const [whole, before = "", sql = ""] = match;
  const words = `${remedy.slice(0, match.index)}${before.trim()} ${remedy.slice(match.index + whole.length)}`;
  return {
    words: words.trim() === "" ? "Run this on the database, as its owner or a superuser:" : words.trim(),
    sql: `${sql};`,
  };
}
