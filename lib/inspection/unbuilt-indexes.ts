import { qualify } from "@/lib/db/identifier";
import type { IndexSnapshot, SchemaSnapshot } from "@/lib/inspection/snapshot";

/**
 * A column of v16 whose comment says which indexes a run dropped and has yet to build again. It is written in the
 * transaction that drops them, and goes once they are there: nobody but the catalog has to remember them.
 */
export const UNBUILT_NOTE_COLUMN = "enrichment_at";

const OPENING = "Tidemark builds again:";

/** The statement that notes `indexes` of `session_summaries`. */
export function noteIndexesSql(schema: string, indexes: readonly IndexSnapshot[]): string {
  const note = [OPENING, ...indexes.map(({ definition }) => definition)].join("\n");
  const column = `${qualify(schema, "session_summaries")}.${UNBUILT_NOTE_COLUMN}`;
  return `comment on column ${column} is '${note.replaceAll("'", "''")}'`;
}

/** Whether a definition is one statement in one line: nothing else is noted, or read from a comment. */
export const isNotable = (definition: string): boolean =>
  /^CREATE (UNIQUE )?INDEX \S/.test(definition) && !/[;\n]/.test(definition);

/** The noted indexes that are not there yet, or not valid. */
export function unbuiltIndexesIn({ indexes, unbuiltIndexes = [] }: SchemaSnapshot): IndexSnapshot[] {
  return unbuiltIndexes.filter(({ name }) => !indexes.some((index) => index.name === name && index.isValid));
}

/** The indexes that a comment notes; none where it is somebody else's comment. */
export function readUnbuiltIndexes(comment: string | null): IndexSnapshot[] {
  const [opening, ...definitions] = comment?.split("\n") ?? [];
  if (opening !== OPENING) return [];
  return definitions.flatMap((definition): IndexSnapshot[] => {
    const name = /INDEX ("(?:[^"]|"")+"|\w+) ON /.exec(definition)?.[1];
    if (name === undefined || !isNotable(definition)) return [];
    const plain = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
    return [{ name: plain, table: "session_summaries", definition, isValid: true, isConstraint: false }];
  });
}
