import { quoteIdentifier } from "@/lib/db/identifier";
import { ADDRESS_PATTERNS, BLANKS, type Call, KINDS, type KindName } from "@/lib/enrichment/rules";

/** An SQL function that reads documents: IMMUTABLE, never raises, depends on no setting of the session. */
export interface ReadingFunction {
  name: string;
  parameters: { name: string; type: string }[];
  returns: string;
  /** Exactly what `prosrc` will hold. */
  body: string;
  /**
   * Not called for NULL, and not inlined: for what has a subquery, and for what few rows need. Inlining all of it
   * made a sweep's statement take longer to plan than to run.
   */
  isStrict?: boolean;
}

/** Writes calls of the functions that live in `schema` under names that begin with `prefix`. */
export function callsIn(schema: string, prefix: string): Call {
  return (name, ...parameters) => `${quoteIdentifier(schema)}.${prefix}${name}(${parameters.join(", ")})`;
}

/** The statement that makes or replaces `definition`. */
export function createFunctionSql(schema: string, prefix: string, definition: ReadingFunction): string {
  const parameters = definition.parameters.map(({ name, type }) => `${name} ${type}`).join(", ");
  return `create or replace function ${quoteIdentifier(schema)}.${prefix}${definition.name}(${parameters})
returns ${definition.returns}
language sql immutable${definition.isStrict === true ? " strict" : ""} parallel safe
as $tidemark$${definition.body}$tidemark$`;
}

const ITEM = [{ name: "item", type: "jsonb" }];

/** The value function of `kind`, NULL unless its parameter is valid. */
export function valueFunction(kind: KindName, call: Call): ReadingFunction {
  const { returns, value } = KINDS[kind];
  return { name: kind, parameters: ITEM, returns, body: `\nselect ${value(call)}\n` };
}

/** The reason function of `kind`: why its parameter is invalid, NULL where it is valid or absent. */
export function reasonFunction(kind: KindName, call: Call): ReadingFunction {
  const { absent, reasons } = KINDS[kind];
  const conditions = [
    "pg_catalog.jsonb_typeof(item) = 'null'",
    `${call("text", "item")} = ''`,
    `${call(kind, "item")} is not null`,
    ...(absent === undefined ? [] : [absent(call)]),
  ];
  const branches = reasons.map(({ reason, when }) =>
    when === undefined ? `  else '${reason}'` : `  when ${when(call)} then '${reason}'`,
  );
  const body = `
select case
${conditions.map((condition) => `  when ${condition} then null`).join("\n")}
${branches.join("\n")}
end
`;
  return { name: `${kind}_reason`, parameters: ITEM, returns: "text", isStrict: true, body };
}

/** What the kinds are written in, in the order in which they must be made. */
export function basicFunctions(call: Call): Record<BasicFunctionName, ReadingFunction> {
  const { dotted, dottedTail, full, compressed, eightGroups, maxLength } = ADDRESS_PATTERNS;
  const groups = `pg_catalog.regexp_replace(spelling, '${dottedTail}', ':0:0')`;
  return {
    text: {
      name: "text",
      parameters: ITEM,
      returns: "text",
      body: `
select case pg_catalog.jsonb_typeof(item) when 'string' then pg_catalog.btrim(item #>> '{}', ${BLANKS}) end
`,
    },
    texts: {
      name: "texts",
      parameters: [
        { name: "list", type: "jsonb" },
        { name: "ignored", type: "text" },
      ],
      returns: "text[]",
      isStrict: true,
      body: `
select pg_catalog.array_agg(found.spelling order by found.place)
from (
  select ${call("text", "element.item")} collate "C" as spelling, pg_catalog.min(element.place) as place
  from pg_catalog.jsonb_array_elements(list) with ordinality as element(item, place)
  group by 1
) as found
where pg_catalog.lower(found.spelling) not in ('', ignored)
`,
    },
    ipv6_address: {
      name: "ipv6_address",
      parameters: [{ name: "spelling", type: "text" }],
      returns: "text",
      isStrict: true,
      // The cast can not fail behind these tests; inet alone takes zones and prefixes.
      body: `
select case
  when ${groups} collate "C" ~ '${full}'
    or (${groups} collate "C" ~ '${compressed}' and ${groups} collate "C" !~ '${eightGroups}')
    then pg_catalog.host(spelling::pg_catalog.inet)
end
`,
    },
    canonical_address: {
      name: "canonical_address",
      parameters: [{ name: "spelling", type: "text" }],
      returns: "text",
      body: `
select case
  when spelling collate "C" ~ '${dotted}' then spelling
  when pg_catalog.length(spelling) <= ${maxLength} and pg_catalog.strpos(spelling, ':') > 0 then ${call("ipv6_address", "spelling")}
end
`,
    },
    session_entry: {
      name: "session_entry",
      parameters: [
        { name: "document", type: "jsonb" },
        { name: "address", type: "text" },
      ],
      returns: "jsonb",
      isStrict: true,
      body: `\n${sessionEntrySql("document -> 'session'", "address", call)}\n`,
    },
  };
}

type BasicFunctionName = "text" | "texts" | "ipv6_address" | "canonical_address" | "session_entry";

/** The canonical form of a text, blanks trimmed first; NULL unless it is an address. */
export function addressOfText(spelling: string, call: Call): string {
  return call("canonical_address", `pg_catalog.btrim(${spelling}, ${BLANKS})`);
}

/** The subquery that gives the entry of `session` under the key that names `address`. */
export function sessionEntrySql(session: string, address: string, call: Call): string {
  return `select entry.item
from pg_catalog.jsonb_each(
  case pg_catalog.jsonb_typeof(${session}) when 'object' then ${session} else '{}' end
) as entry(key, item)
where ${addressOfText("entry.key", call)} = ${address} collate "C"
order by entry.key collate "C"
limit 1`;
}
