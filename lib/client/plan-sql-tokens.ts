/** A stretch of SQL that looks the same. */
export interface SqlToken {
  kind: "plain" | "keyword" | "string" | "number" | "comment";
  text: string;
}

/** What PostgreSQL calls keywords, as far as plans say them. */
const KEYWORDS = new Set(
  `add after all alter always analyze and any array as asc begin between by call case cast check coalesce collate column
  columns comment commit concurrently conflict constraint constraints create cross current default deferrable delete desc
  distinct do drop each else end except exclusive execute exists false filter for foreign from function generated grant
  group having if immediate immutable in index inner insert into is join key language last lateral left like limit local
  lock lower materialized merge mode new no not nothing null nulls of offset old on only option or order outer over owner
  parallel partition primary raise recursive references rename replace restrict return returning returns
  revoke right role row rows safe schema select set skip locked sql stable statement stored strict table temp then to
  transaction trigger true truncate type unique unlogged update using valid validate values view volatile when where with
  within without work`.split(/\s+/),
);

/**
 * Comments, strings, dollar quotes (their marks only: a body is SQL too), quoted names, numbers, words. Sticky, so that
 * nothing is skipped. Source: PostgreSQL manual, chapter 4.1.
 */
const TOKEN = new RegExp(
  [
    /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    /(?<string>[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|$)|(?:[bBxX]|[uU]&)?'(?:[^']|'')*(?:'|$)|\$[a-zA-Z_]*\$)/,
    /(?<name>"(?:[^"]|"")*(?:"|$))/,
    /(?<number>\d+(?:\.\d+)?)/,
    /(?<word>[a-zA-Z_][\w$]*)/,
    /(?<space>\s+)/,
    /(?<rest>[\s\S])/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gy",
);

/** SQL cut into tokens that together are the text again. Pure. */
export function toSqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (const { groups = {}, 0: text } of sql.matchAll(TOKEN)) {
    const last = tokens.at(-1);
    // Fewer elements are drawn faster: space has no look of its own.
    const kind = groups.space === undefined || last === undefined ? kindOf(groups) : last.kind;
    if (last?.kind === kind) last.text += text;
    else tokens.push({ kind, text });
  }
  return tokens;
}

function kindOf({ comment, string, number, word }: Record<string, string | undefined>): SqlToken["kind"] {
  if (comment !== undefined) return "comment";
  if (string !== undefined) return "string";
  if (number !== undefined) return "number";
  return word !== undefined && KEYWORDS.has(word.toLowerCase()) ? "keyword" : "plain";
}
