import { type Call, KINDS, type KindName, type Rule, type Source } from "@/lib/enrichment/rules";

/** SQL expressions of the two objects in which a path is tried, and of columns that serve as sources. */
export interface Reach {
  /** The document, jsonb. */
  document: string;
  /** The session's own entry in it, jsonb, NULL where there is none. */
  entry: string;
  /** Source columns that exist, by name, as JSON values. */
  columns?: Readonly<Record<string, string>>;
}

interface Candidate {
  kind: KindName;
  /** SQL expression of the JSON value. */
  item: string;
  /** Where in the rule's sources it stands, from 0. */
  source: number;
  /** In which of the two objects, or a column. */
  place: Place;
}

/** Where a value stands: at the top level of the document, under the session's entry, or in a column. */
type Place = "flat" | "nested" | "column";

/** The SQL expression of the first valid value of `rule`; NULL where there is none. */
export function firstValue(rule: Rule, reach: Reach, call: Call): string {
  return firstOf(candidatesOf(rule, reach).map(({ kind, item }) => call(kind, item)));
}

/** The SQL expression of where the first valid value of `rule` stands, as `source:place`; NULL where there is none. */
export function firstOrigin(rule: Rule, reach: Reach, call: Call): string {
  const branches = candidatesOf(rule, reach).map(
    ({ kind, item, source, place }) => `when ${call(kind, item)} is not null then '${source}:${place}'`,
  );
  return `case\n  ${branches.join("\n  ")}\nend`;
}

/** The SQL expression of the first invalid JSON value of `rule`; NULL where every source is absent or valid. */
export function firstInvalid(rule: Rule, reach: Reach, call: Call): string {
  return firstOf(
    candidatesOf(rule, reach).map(
      // Calling a reason function costs more than the rest of the rule: what is empty as usual is told beforehand.
      ({ kind, item }) =>
        `case when ${item} not in (${emptyAsUsual(kind)}) and ${call(`${kind}_reason`, item)} is not null then ${item} end`,
    ),
  );
}

function emptyAsUsual(kind: KindName): string {
  const { usuallyAbsent } = KINDS[kind];
  const values = ["null", '""', ...(usuallyAbsent === undefined ? [] : [usuallyAbsent])];
  return values.map((value) => `'${value}'::pg_catalog.jsonb`).join(", ");
}

function firstOf(expressions: string[]): string {
  return expressions.length === 1 ? expressions.join() : `coalesce(\n  ${expressions.join(",\n  ")}\n)`;
}

function candidatesOf(rule: Rule, { document, entry, columns = {} }: Reach): Candidate[] {
  return rule.sources.flatMap((source, index): Candidate[] => {
    if (source.from === "document") {
      const kind = source.kind ?? rule.kind;
      const flat: Candidate = { kind, item: itemIn(document, source), source: index, place: "flat" };
      return source.topLevelOnly === true ? [flat] : [flat, { ...flat, item: itemIn(entry, source), place: "nested" }];
    }
    const item = source.from === "column" ? columns[source.column] : undefined;
    return item === undefined ? [] : [{ kind: rule.kind, item, source: index, place: "column" }];
  });
}

function itemIn(place: string, { path, element }: Extract<Source, { from: "document" }>): string {
  const item = `(${place} #> '{${path.join(",")}}')`;
  if (element === undefined) return item;
  // Nested: AND does not promise that the length of something that is no list is never asked for.
  return `(case pg_catalog.jsonb_typeof${item} when 'array' then
    case pg_catalog.jsonb_array_length${item} when ${element.length} then ${item} -> ${element.index} end
  end)`;
}
