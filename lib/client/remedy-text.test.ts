import { expect, test } from "vitest";
import { toRemedyText } from "@/lib/client/remedy-text";

test.each([
  [
    "grant select, insert, update on public.schema_state to the_role",
    "Run this on the database, as its owner or a superuser:",
    "grant select, insert, update on public.schema_state to the_role;",
  ],
  [
    "Turn it off for the role: alter role cowrie set default_transaction_read_only = off",
    "Turn it off for the role:",
    "alter role cowrie set default_transaction_read_only = off;",
  ],
  [
    "Wait until it is done, or end it: select pg_terminate_backend(7). If it is the application's own migration, let it end.",
    "Wait until it is done, or end it: If it is the application's own migration, let it end.",
    "select pg_terminate_backend(7);",
  ],
])("takes the statement out of %j", (remedy, words, sql) => {
  expect(toRemedyText(remedy)).toEqual({ words, sql });
});

test.each([
  "Point DATABASE_URL at the primary.",
  "Let the application bring the database to v15 first.",
  "session_summaries is in schema cowrie: set TIDEMARK_SCHEMA=cowrie.",
  "Have it disabled for the run: alter event trigger … disable",
])("finds none to be run as it stands in %j", (remedy) => {
  expect(toRemedyText(remedy)).toEqual({ words: remedy, sql: null });
});
