import {
  basicFunctions,
  callsIn,
  createFunctionSql,
  reasonFunction,
  valueFunction,
} from "@/lib/enrichment/reading-functions";
import { BLANKS, type Call, INSTANT_PATTERN, KINDS, type KindName } from "@/lib/enrichment/rules";

/** Schema of the helpers that only sweeps and inventories need. */
const SCHEMA = "tidemark";

/** Writes calls of the functions that `sweepFunctions` makes. */
export const sweepCall: Call = callsIn(SCHEMA, "");

/** What `read_document` gives for a document that cannot be read; every readable one is an object, or SQL NULL. */
export const UNREADABLE = `'"document-unreadable"'`;

/**
 * The statements that make or replace the helpers a sweep calls, in order; the schema `tidemark` must exist.
 *
 * Only the casts of documents can fail, and each stands in a block of its own with EXCEPTION: whatever is in a row,
 * no batch fails of it. That block is also why those functions are PARALLEL UNSAFE.
 */
export function sweepFunctions(): string[] {
  const { text, texts, ipv6_address, canonical_address } = basicFunctions(sweepCall);
  const kinds = Object.keys(KINDS) as KindName[];
  const made = (definition: Parameters<typeof createFunctionSql>[2]) => createFunctionSql(SCHEMA, "", definition);
  return [
    made(text),
    made(texts),
    made(ipv6_address),
    made(canonical_address),
    INSTANT,
    ...kinds.map((kind) => made(valueFunction(kind, sweepCall))),
    ...kinds.filter((kind) => KINDS[kind].reasons.length > 0).map((kind) => made(reasonFunction(kind, sweepCall))),
    PARSE,
    DECODE,
    READ_JSON,
    READ_JSONB,
    PRINTABLE,
  ];
}

/** Fixed places up to the minute; behind it seconds, a fraction of which six digits count, and the offset may stand. */
const INSTANT = `
create or replace function tidemark.instant_of_text(spelling text)
returns timestamp with time zone
language plpgsql immutable strict parallel safe
as $tidemark$
declare
  year integer;
  month integer;
  day integer;
  time_of_day text;
  seconds text := '0';
  behind text;
  hours integer := 0;
  minutes integer := 0;
begin
  if spelling collate "C" !~ '${INSTANT_PATTERN}' then
    return null;
  end if;
  year := pg_catalog.substr(spelling, 1, 4);
  month := pg_catalog.substr(spelling, 6, 2);
  day := pg_catalog.substr(spelling, 9, 2);
  if year = 0 or day > (case
    when month in (4, 6, 9, 11) then 30
    when month <> 2 then 31
    when year % 400 = 0 or (year % 4 = 0 and year % 100 <> 0) then 29
    else 28
  end) then
    return null;
  end if;
  time_of_day := pg_catalog.substr(spelling, 12, 5);
  behind := pg_catalog.substr(spelling, 17);
  if behind like ':%' then
    seconds := pg_catalog.substr(behind, 2, 2);
    behind := pg_catalog.substr(behind, 4);
    if behind like '.%' then
      seconds := seconds || pg_catalog.left(pg_catalog.split_part(pg_catalog.translate(behind, 'Z+-', '   '), ' ', 1), 7);
      behind := pg_catalog.ltrim(behind, '.0123456789');
    end if;
  end if;
  if behind not in ('', 'Z') then
    hours := pg_catalog.left(behind, 3);
    minutes := pg_catalog.left(behind, 1) || pg_catalog.right(behind, 2);
  end if;
  return (
    pg_catalog.make_timestamp(
      year, month, day,
      coalesce(nullif(pg_catalog.left(time_of_day, 2), ''), '0')::integer,
      coalesce(nullif(pg_catalog.right(time_of_day, 2), ''), '0')::integer,
      seconds::double precision
    ) - pg_catalog.make_interval(hours => hours, mins => minutes)
  ) at time zone 'UTC';
end
$tidemark$`;

const PARSE = `
create or replace function tidemark.parse(document text)
returns jsonb
language plpgsql immutable strict parallel unsafe
as $tidemark$
begin
  return document::jsonb;
exception when others then
  -- NUL escapes, lone surrogates, numbers out of range, nesting too deep, text that is no JSON.
  return null;
end
$tidemark$`;

const DECODE = `
create or replace function tidemark.decode(document jsonb)
returns jsonb
language plpgsql immutable strict parallel unsafe
as $tidemark$
declare
  spelling text;
begin
  case pg_catalog.jsonb_typeof(document)
    when 'object' then
      return document;
    when 'string' then
      spelling := pg_catalog.btrim(document #>> '{}', ${BLANKS});
      if pg_catalog.left(spelling, 1) <> '{' then
        return null;
      end if;
      return coalesce(tidemark.parse(spelling), ${UNREADABLE});
    else
      return null;
  end case;
end
$tidemark$`;

const READ_JSON = `
create or replace function tidemark.read_document(document json)
returns jsonb
language plpgsql immutable strict parallel unsafe
as $tidemark$
declare
  parsed jsonb;
begin
  begin
    parsed := document::jsonb;
  exception when others then
    return ${UNREADABLE};
  end;
  if pg_catalog.jsonb_typeof(parsed) = 'object' then
    return parsed;
  end if;
  return tidemark.decode(parsed);
end
$tidemark$`;

/**
 * Removing nothing gives the document in plain form: stored compressed, it would be unpacked again by every path.
 * Scalars refuse that.
 */
const READ_JSONB = `
create or replace function tidemark.read_document(document jsonb)
returns jsonb
language plpgsql immutable strict parallel unsafe
as $tidemark$
declare
  unpacked jsonb;
begin
  begin
    unpacked := document #- '{}';
  exception when others then
    unpacked := document;
  end;
  return tidemark.decode(unpacked);
end
$tidemark$`;

/**
 * The first 200 characters, with what a terminal or a page would obey written out as `<U+001B>`: controls, marks that
 * turn the direction of text, characters without width. Attackers write what ends up here. ASCII only, so that it can
 * be made in a database of any encoding; outside UTF8 a character of several bytes has no code to look at.
 */
const PRINTABLE = `
create or replace function tidemark.printable(spelling text)
returns text
language sql immutable strict parallel safe
as $tidemark$
select pg_catalog.left(pg_catalog.string_agg(
  case when code between 1 and 31 or code between 127 and 159 or code in (173, 1564, 65279)
    or code between 8203 and 8207 or code between 8232 and 8238 or code between 8288 and 8303
    or code between 917504 and 917631
    then '<U+' || pg_catalog.lpad(pg_catalog.upper(pg_catalog.to_hex(code)), 4, '0') || '>'
    else sign
  end, '' order by place
), 200)
from (
  select sign, place, case
    when pg_catalog.octet_length(sign) = 1 or pg_catalog.getdatabaseencoding() = 'UTF8' then pg_catalog.ascii(sign)
  end as code
  from pg_catalog.regexp_split_to_table(pg_catalog.left(spelling, 200), '') with ordinality as split(sign, place)
) as coded
$tidemark$`;
