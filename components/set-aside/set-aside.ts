/** One value that could not be represented. */
export interface SetAsideRow {
  table: string;
  key: string;
  field: string;
  reason: string;
  /** Null for a whole document. */
  value: string | null;
  /** The newest run that met it. */
  runId: number;
}

/** Values of one table and field with one reason, what that means, and what to do. */
export interface SetAsideReasonGroup extends Pick<SetAsideRow, "table" | "field" | "reason"> {
  count: number;
  meaning: string;
  remedy: string;
}

/** What the list is narrowed to. */
export type SetAsideNarrowing = Partial<Pick<SetAsideRow, "table" | "field" | "reason">>;

/** The column that a field stands for: of a document that cannot be read, the one that holds it. Pure. */
export function toColumnName(field: string): string {
  return field === "document" ? "enrichment" : field;
}

/** Whether the values of `group` are among those that `filter` leaves. Pure. */
export function isOfGroup(filter: SetAsideNarrowing, group: SetAsideReasonGroup): boolean {
  return (["table", "field", "reason"] as const).every((name) => (filter[name] ?? group[name]) === group[name]);
}

/** Address of the list, narrowed, behind a page that ended at `after`. */
export function toListAddress(filter: SetAsideNarrowing, after?: string): string {
  return `/set-aside${toSearch({ ...filter, ...(after === undefined ? {} : { after }) })}`;
}

/** Address of the list as a file, with the same narrowing. */
export function toExportAddress(format: "csv" | "ndjson", filter: SetAsideNarrowing): string {
  return `/api/set-aside${toSearch({ format, ...filter })}`;
}

function toSearch(parameters: Record<string, string>): string {
  const search = new URLSearchParams(parameters).toString();
  return search === "" ? "" : `?${search}`;
}
