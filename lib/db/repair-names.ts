/**
 * Marks sessions that are to be swept again, on `session_summaries` only while a repair of its columns is not finished:
 * true until the sweep has read the session with the columns as they are now.
 */
export const RESWEEP_COLUMN = "tidemark_resweep";

/** The name under which a wrongly typed column of `session_summaries` stays until its values are taken over. */
export const replacedName = (column: string): string => `${column}_replaced`;
