import { firstValue } from "@/lib/enrichment/candidates";
import {
  basicFunctions,
  callsIn,
  createFunctionSql,
  type ReadingFunction,
  valueFunction,
} from "@/lib/enrichment/reading-functions";
import { type Call, GENERATED_RULES } from "@/lib/enrichment/rules";
import type { FunctionSnapshot } from "@/lib/inspection/snapshot";

/** A helper function of the target schema, as declared, with the statement that makes it. */
export interface FunctionDefinition extends FunctionSnapshot {
  /** `create or replace`, without an owner. */
  createSql: string;
}

const PREFIX = "tidemark_";

/**
 * The functions behind the generated columns of `ip_inventory`, in the order in which they must be made.
 *
 * They decode nothing: a document encoded twice in a row that the application wrote counts as absent, since up to
 * PostgreSQL 15 no expression can decode it without the risk of an error.
 */
export function generatedFunctions(schema: string): FunctionDefinition[] {
  const call = callsIn(schema, PREFIX);
  const { text, texts, ipv6_address, canonical_address, session_entry } = basicFunctions(call);
  const kinds = (["country", "type_list", "ip_class", "flag"] as const).map((kind) => valueFunction(kind, call));
  const columns = Object.entries(GENERATED_RULES).flatMap(([column, rule]) => columnFunctions(column, rule, call));
  return [text, texts, ipv6_address, canonical_address, session_entry, ...kinds, ...columns].map((definition) => ({
    name: `${PREFIX}${definition.name}`,
    argumentTypes: definition.parameters.map(({ type }) => type).join(", "),
    returnType: definition.returns,
    body: definition.body,
    isImmutable: true,
    isPublic: true,
    createSql: createFunctionSql(schema, PREFIX, definition),
  }));
}

/** The function that the column calls, and before it the one that reads a document and an entry by the same rule. */
function columnFunctions(
  column: string,
  rule: (typeof GENERATED_RULES)[keyof typeof GENERATED_RULES],
  call: Call,
): ReadingFunction[] {
  const inner = `${column}_of`;
  const found = firstValue(rule, { document: "document", entry: "entry" }, call);
  const entry = call("session_entry", "enrichment", "ip_address");
  return [
    {
      name: inner,
      parameters: [
        { name: "document", type: "jsonb" },
        { name: "entry", type: "jsonb" },
      ],
      returns: rule.returns,
      body: `\nselect ${cast(found, rule.returns)}\n`,
    },
    {
      name: column,
      parameters: [
        { name: "enrichment", type: "jsonb" },
        { name: "ip_address", type: "text" },
      ],
      returns: rule.returns,
      // Without an entry the inner call is inlined, and its half for entries folds away.
      body: `
select coalesce(
  case when enrichment ? 'session' then ${call(inner, "enrichment", entry)} else ${call(inner, "enrichment", "null")} end,
  ${rule.otherwise}
)
`,
    },
  ];
}

function cast(expression: string, type: string): string {
  return type === "character varying" ? `(${expression})::character varying` : expression;
}
