import type { CoverageSources } from "@/lib/contract";
import { type OriginCount, TRACED_COLUMNS, type TracedColumn } from "@/lib/enrichment/origin-sql";
import { SESSION_RULES, type Source } from "@/lib/enrichment/rules";

/** Counts added up by column and origin, range of pages by range. */
export class OriginTally {
  readonly #counts = new Map<string, number>();
  #sessions = 0;

  /** Takes what one range of pages came to. */
  add(sessions: number, origins: readonly OriginCount[]): void {
    this.#sessions += sessions;
    for (const { column, origin, sessions: count } of origins) {
      const key = `${column} ${origin}`;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    }
  }

  /** All of it by column, with every source of the rules in their order, those of no session too. */
  toSources(measuredAt: string): CoverageSources {
    return {
      measuredAt,
      sessions: this.#sessions,
      columns: TRACED_COLUMNS.map((column) => ({
        column,
        sources: SESSION_RULES[column].sources.map((source, index) => this.#toSource(column, source, index)),
        kept: this.#count(column, "kept"),
        recoverable: this.#count(column, "recoverable"),
      })),
    };
  }

  #toSource(
    column: TracedColumn,
    source: Source,
    index: number,
  ): CoverageSources["columns"][number]["sources"][number] {
    const flat = this.#count(column, `${index}:flat`);
    const nested = this.#count(column, `${index}:nested`);
    const elsewhere = this.#count(column, `${index}:column`);
    const hasLayouts = source.from === "document" && source.topLevelOnly !== true;
    return {
      path: toPath(source),
      flat: hasLayouts ? flat : null,
      nested: hasLayouts ? nested : null,
      sessions: flat + nested + elsewhere,
    };
  }

  #count(column: TracedColumn, origin: string): number {
    return this.#counts.get(`${column} ${origin}`) ?? 0;
  }
}

function toPath(source: Source): string {
  switch (source.from) {
    case "document":
      return source.path.join(".") + (source.element === undefined ? "" : `[${source.element.index}]`);
    case "session-keys":
      return "session.<address>";
    case "raw-event":
      return "first raw event";
    case "column":
      return source.column;
    case "now":
      return "now()";
    default:
      return source satisfies never;
  }
}
