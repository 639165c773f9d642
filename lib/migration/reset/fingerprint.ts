import type pg from "pg";

/** One object of a schema, with everything about it that a reset must leave alone. */
export interface FingerprintEntry {
  /** Kind, name and definition in one line: two catalogs are equal when the sets of these are. */
  text: string;
  /** The table it belongs to; null for functions. */
  table: string | null;
  /** Columns of that table it stands on. */
  columns: string[];
  name: string;
}

/** Reads every relation, column, index, constraint, trigger, policy, rule and function of `schema`. Reads the catalog only. */
export async function readFingerprint(client: pg.ClientBase, schema: string): Promise<FingerprintEntry[]> {
  const result = await client.query<FingerprintEntry>(FINGERPRINT_SQL, [schema]);
  return result.rows;
}

/** What `after` has more or less than `expected`, as sets; empty when they are equal. Pure. */
export function compareFingerprints(expected: FingerprintEntry[], after: FingerprintEntry[]): string[] {
  const wanted = new Set(expected.map((entry) => entry.text));
  const found = new Set(after.map((entry) => entry.text));
  return [
    ...[...wanted].filter((text) => !found.has(text)).map((text) => `missing: ${text}`),
    ...[...found].filter((text) => !wanted.has(text)).map((text) => `unexpected: ${text}`),
  ];
}

// A sequence or index belongs to a table through pg_depend or pg_index; ownership and grants are part of the text.
const FINGERPRINT_SQL = `
with relations as (
  select c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions,
         coalesce(
           (select i.indrelid from pg_index as i where i.indexrelid = c.oid),
           (select d.refobjid from pg_depend as d
            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass
              and d.deptype in ('a', 'i') and c.relkind = 'S' limit 1),
           c.oid) as table_oid
  from pg_class as c
  where c.relnamespace = (select oid from pg_namespace where nspname = $1::text) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
)
select concat_ws(' ', 'relation', r.relkind::text, r.relname, r.relowner::regrole::text, r.relacl::text, r.reloptions::text,
                 case when r.relkind in ('i', 'I') then pg_get_indexdef(r.oid) end,
                 case when r.relkind in ('v', 'm') then pg_get_viewdef(r.oid) end) as text,
       t.relname::text as "table", r.relname::text as name,
       coalesce((select array_agg(a.attname::text) from pg_index as i
                 join pg_attribute as a on a.attrelid = i.indrelid
                 where i.indexrelid = r.oid
                   and (a.attnum = any(i.indkey::int2[])
                        -- Columns inside an expression or a predicate are known to pg_depend alone.
                        or exists (select from pg_depend as d
                                   where d.classid = 'pg_class'::regclass and d.objid = r.oid
                                     and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid
                                     and d.refobjsubid = a.attnum))), '{}') as columns
from relations as r join pg_class as t on t.oid = r.table_oid
union all
select concat_ws(' ', 'column', r.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
                 a.attgenerated::text, a.attacl::text, pg_get_expr(d.adbin, d.adrelid)),
       r.relname::text, a.attname::text, array[a.attname::text]
from relations as r
join pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
where r.relkind in ('r', 'p', 'v', 'm', 'f')
union all
select concat_ws(' ', 'constraint', r.relname, c.conname, c.convalidated::text, pg_get_constraintdef(c.oid)),
       r.relname::text, c.conname::text,
       coalesce((select array_agg(a.attname::text) from pg_attribute as a
                 where a.attrelid = c.conrelid and a.attnum = any(c.conkey)), '{}')
from relations as r join pg_constraint as c on c.conrelid = r.oid and c.contype <> 'n'
union all
select concat_ws(' ', 'trigger', r.relname, pg_get_triggerdef(g.oid)), r.relname::text, g.tgname::text, '{}'
from relations as r join pg_trigger as g on g.tgrelid = r.oid and not g.tgisinternal
union all
select concat_ws(' ', 'policy', r.relname, p.polname, p.polcmd::text, p.polpermissive::text, p.polroles::regrole[]::text,
                 pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
       r.relname::text, p.polname::text, '{}'
from relations as r join pg_policy as p on p.polrelid = r.oid
union all
select concat_ws(' ', 'rule', r.relname, pg_get_ruledef(w.oid)), r.relname::text, w.rulename::text, '{}'
from relations as r join pg_rewrite as w on w.ev_class = r.oid and w.rulename <> '_RETURN'
union all
select concat_ws(' ', 'function', p.proname, pg_get_function_identity_arguments(p.oid), p.proowner::regrole::text,
                 p.proacl::text, md5(p.prosrc)), null, p.proname::text, '{}'
from pg_proc as p where p.pronamespace = (select oid from pg_namespace where nspname = $1::text)`;
