import type pg from "pg";

/** An object of somebody else that PostgreSQL would drop only by CASCADE, or silently along with what goes. */
export interface ForeignDependent {
  /** In PostgreSQL's words, e.g. `materialized view`. */
  kind: string;
  /** `schema.name`, `schema.table.name` for what belongs to a table, `schema.name(types)` for a routine. */
  object: string;
  definition: string;
  /** The statement that drops it by name; null for what holds data or cannot be dropped by itself. */
  dropSql: string | null;
  schema: string | null;
  /** The table or view it belongs to; null for routines. */
  relation: string | null;
  /** Name within that; of a relation its own. */
  name: string;
}

/** What goes: tables of `schema`, columns of its `session_summaries`, functions of it, all by name. */
export interface Going {
  schema: string;
  tables: readonly string[];
  columns: readonly string[];
  functions: readonly string[];
}

interface Row extends ForeignDependent {
  id: string;
  /** Ids of those that must go first, because they stand on this one. */
  before: string[];
}

/**
 * Reads what of others stands on `going`, directly or through something else, by PostgreSQL's own graph of
 * dependencies; in the order in which it can be dropped without CASCADE. Indexes and constraints on the columns of
 * `session_summaries` are not among it: they go with the columns.
 */
export async function readForeignDependents(client: pg.ClientBase, going: Going): Promise<ForeignDependent[]> {
  const { schema, tables, columns, functions } = going;
  const result = await client.query<Row>(FOREIGN_SQL, [schema, tables, columns, functions]);
  return inDropOrder(result.rows).map(({ id: _id, before: _before, ...dependent }) => dependent);
}

/** Puts every row behind those of its `before`; rows that wait for each other come last, as they are. Pure. */
function inDropOrder(rows: Row[]): Row[] {
  const waiting = rows.toSorted((a, b) => (a.object < b.object ? -1 : 1));
  const ordered: Row[] = [];
  for (;;) {
    const next = waiting.findIndex((row) => !waiting.some((other) => other !== row && row.before.includes(other.id)));
    if (next === -1) return [...ordered, ...waiting];
    ordered.push(...waiting.splice(next, 1));
  }
}

/**
 * Parameters: $1 schema, $2 tables, $3 columns of session_summaries, $4 functions.
 *
 * An edge of the graph leads from what is stood on to what stands on it. A view is one node with its rule and its row
 * type, a table with its row type, a default one with its column. Of the edges 'a' and 'i' lead to what goes along
 * silently: for us only where it is nobody's own work. Triggers, policies and rules are always somebody's.
 */
const FOREIGN_SQL = `
with recursive own_table as (
  select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = any ($2::text[]) and c.relkind in ('r', 'p')
), sessions as (
  select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = 'session_summaries' and c.relkind in ('r', 'p')
), own_column as (
  select a.attrelid as oid, a.attnum::int as number from pg_attribute as a join sessions on sessions.oid = a.attrelid
  where a.attname = any ($3::text[]) and not a.attisdropped
), row_type as (
  select t.oid, coalesce(nullif(t.typrelid, 0), e.typrelid) as relation
  from pg_type as t left join pg_type as e on e.oid = t.typelem
  where coalesce(nullif(t.typrelid, 0), e.typrelid) <> 0
), edge as materialized (
  select
    case when coalesce(v.oid, f.oid, y.oid) is null then d.classid else 'pg_class'::regclass end as class,
    coalesce(v.ev_class, f.adrelid, y.relation, d.objid) as id,
    coalesce(f.adnum::int, d.objsubid) as number,
    case when on_type.oid is null then d.refclassid else 'pg_class'::regclass end as on_class,
    coalesce(on_type.relation, d.refobjid) as on_id,
    d.refobjsubid as on_number,
    d.deptype
  from pg_depend as d
  left join pg_rewrite as v on d.classid = 'pg_rewrite'::regclass and v.oid = d.objid and v.rulename = '_RETURN'
  left join pg_attrdef as f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
  left join row_type as y on d.classid = 'pg_type'::regclass and y.oid = d.objid
  left join row_type as on_type on d.refclassid = 'pg_type'::regclass and on_type.oid = d.refobjid
  where d.deptype in ('n', 'a', 'i', 'P', 'S')
), reached (class, id, number) as (
  select 'pg_class'::regclass::oid, oid, 0 from own_table
  union
  select 'pg_class'::regclass::oid, oid, number from own_column
  union
  select 'pg_proc'::regclass::oid, p.oid, 0 from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
  where n.nspname = $1 and p.proname = any ($4::text[])
  union
  select e.class, e.id, e.number
  from reached as r
  join edge as e on e.on_class = r.class and e.on_id = r.id and (r.number = 0 or e.on_number = r.number)
), standing as (
  select r.class, r.id, r.number,
    bool_and(e.deptype = 'n') as is_only_standing
  from reached as r
  join edge as e on e.class = r.class and e.id = r.id and e.number = r.number
  join reached as u on u.class = e.on_class and u.id = e.on_id and (u.number = 0 or u.number = e.on_number)
  where (e.class, e.id) <> (e.on_class, e.on_id) or e.number <> e.on_number
  group by r.class, r.id, r.number
), foreigner as (
  select s.class, s.id, s.number, coalesce(c.relkind, '-') as relkind,
    coalesce(k.conrelid, g.tgrelid, p.polrelid, w.ev_class, x.indrelid) as relation,
    coalesce(k.conname, g.tgname, p.polname, w.rulename) as part,
    i.type as kind, i.identity, i.schema,
    k.contype, exists (
      select from pg_depend as member
      where member.classid = s.class and member.objid = s.id and member.deptype = 'e'
    ) as is_member
  from standing as s
  left join pg_class as c on s.class = 'pg_class'::regclass and c.oid = s.id
  left join pg_constraint as k on s.class = 'pg_constraint'::regclass and k.oid = s.id
  left join pg_trigger as g on s.class = 'pg_trigger'::regclass and g.oid = s.id
  left join pg_policy as p on s.class = 'pg_policy'::regclass and p.oid = s.id
  left join pg_rewrite as w on s.class = 'pg_rewrite'::regclass and w.oid = s.id
  left join pg_index as x on s.class = 'pg_class'::regclass and x.indexrelid = s.id
  cross join lateral pg_identify_object(s.class, s.id, s.number) as i
  where not (s.class = 'pg_class'::regclass and s.id in (select oid from own_table))
    and not (s.class = 'pg_class'::regclass and (s.id, s.number) in (select oid, number from own_column))
    and not (s.class = 'pg_proc'::regclass and i.schema is not distinct from quote_ident($1)
      and exists (select from pg_proc where oid = s.id and proname = any ($4::text[])))
    and not coalesce(k.conrelid in (select oid from own_table union all select oid from sessions), false)
    and not coalesce(g.tgisinternal, false)
    -- What goes along silently is listed only where it is somebody's work or holds somebody's data.
    and (s.is_only_standing or g.oid is not null or p.oid is not null or w.oid is not null
      or (s.class = 'pg_class'::regclass and s.number > 0))
)
select
  format('%s/%s/%s', f.class, f.id, f.number) as id,
  case when f.contype = 'f' then 'foreign key' when f.contype is not null then 'constraint' else f.kind end as kind,
  case when f.part is not null then format('%s.%I', f.relation::regclass, f.part) else f.identity end as object,
  coalesce(
    case
      when f.relkind in ('v', 'm') then pg_get_viewdef(f.id)
      when f.relkind in ('i', 'I') then pg_get_indexdef(f.id)
      when f.class = 'pg_proc'::regclass and f.kind <> 'aggregate' then pg_get_functiondef(f.id)
      when f.class = 'pg_constraint'::regclass then pg_get_constraintdef(f.id)
      when f.class = 'pg_trigger'::regclass then pg_get_triggerdef(f.id)
      when f.class = 'pg_rewrite'::regclass then pg_get_ruledef(f.id)
      when f.class = 'pg_statistic_ext'::regclass then pg_get_statisticsobjdef(f.id)
      when f.class = 'pg_policy'::regclass then (
        select concat_ws(' with check ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
        from pg_policy where oid = f.id
      )
    end,
    pg_describe_object(f.class, f.id, f.number)
  ) as definition,
  case
    when f.is_member or f.number > 0 then null
    when f.class = 'pg_constraint'::regclass
      then format('alter table %s drop constraint %I', f.relation::regclass, f.part)
    when f.kind in ('view', 'materialized view', 'index', 'function', 'procedure', 'aggregate', 'rule', 'trigger', 'policy')
      then format('drop %s %s', f.kind, f.identity)
    when f.class = 'pg_statistic_ext'::regclass then format('drop statistics %s', f.identity)
  end as "dropSql",
  coalesce((select nspname::text from pg_class join pg_namespace as n on n.oid = relnamespace
            where pg_class.oid = coalesce(f.relation, case when f.class = 'pg_class'::regclass then f.id end)),
           (select nspname::text from pg_proc join pg_namespace as n on n.oid = pronamespace
            where f.class = 'pg_proc'::regclass and pg_proc.oid = f.id)) as schema,
  (select relname::text from pg_class
   where oid = coalesce(f.relation, case when f.class = 'pg_class'::regclass then f.id end)) as relation,
  coalesce(f.part::text, (select relname::text from pg_class where f.class = 'pg_class'::regclass and oid = f.id),
           (select concat_ws(' ', proname, pg_get_function_identity_arguments(oid)) from pg_proc
            where f.class = 'pg_proc'::regclass and oid = f.id), f.identity) as name,
  array(
    select distinct format('%s/%s/%s', other.class, other.id, other.number)
    from edge as e
    join foreigner as other on other.class = e.class and other.id = e.id and other.number = e.number
    where e.on_class = f.class and e.on_id = f.id and (other.class, other.id, other.number) <> (f.class, f.id, f.number)
  ) as before
from foreigner as f
where f.relkind not in ('t', 'S') or f.number > 0`;
