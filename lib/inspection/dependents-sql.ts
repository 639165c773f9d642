/**
 * What depends on the tables of interest and the helper functions without being ours: views (also views on views),
 * materialized views, rules, functions, foreign keys, inheriting tables, policies, and columns of a table's row type.
 *
 * Parameters: $1 schema, $2 tables of interest, $4 the tables whose own foreign keys are no dependents. How a view is made
 * again is asked apart: planning that takes long, and few databases have views.
 */
export const DEPENDENTS_SQL = `
with recursive target as (
  select c.oid, c.reltype, format('%I.%I', n.nspname, c.relname) as object, c.relname as name
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = any ($2::text[]) and c.relkind in ('r', 'p')
), helper as (
  select p.oid, format('%I.%I', n.nspname, p.proname) as object, p.proname as name
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where n.nspname = $1 and p.proname like 'tidemark\\_%'
), viewed as (
  -- Relations whose rewrite rule reads a target, and then relations that read those.
  select r.oid as rule, r.ev_class as relation, t.object as on_object, t.name as on_name, d.refobjsubid as on_column, t.oid as on_oid, 1 as depth
  from target as t
  join pg_catalog.pg_depend as d
    on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid and d.classid = 'pg_rewrite'::regclass
  join pg_catalog.pg_rewrite as r on r.oid = d.objid
  where r.ev_class <> t.oid or r.rulename <> '_RETURN'
  union
  select r.oid, r.ev_class, h.object, h.name, 0, 0::oid, 1
  from helper as h
  join pg_catalog.pg_depend as d
    on d.refclassid = 'pg_proc'::regclass and d.refobjid = h.oid and d.classid = 'pg_rewrite'::regclass
  join pg_catalog.pg_rewrite as r on r.oid = d.objid
  union
  select r.oid, r.ev_class, v.on_object, v.on_name, v.on_column, v.on_oid, v.depth + 1
  from viewed as v
  join pg_catalog.pg_depend as d
    on d.refclassid = 'pg_class'::regclass and d.refobjid = v.relation and d.classid = 'pg_rewrite'::regclass
  join pg_catalog.pg_rewrite as r on r.oid = d.objid and r.ev_class <> v.relation
  where v.relation not in (select oid from target)
), found as (
  select
    case
      when r.rulename <> '_RETURN' then 'rule'
      when c.relkind = 'm' then 'materialized view'
      else 'view'
    end as kind,
    case
      when r.rulename <> '_RETURN' then format('%I.%I.%I', n.nspname, c.relname, r.rulename)
      else format('%I.%I', n.nspname, c.relname)
    end as object,
    v.on_object, v.on_name, a.attname as on_column,
    case when r.rulename <> '_RETURN' then pg_catalog.pg_get_ruledef(r.oid) else pg_catalog.pg_get_viewdef(c.oid) end as definition
  from viewed as v
  join pg_catalog.pg_rewrite as r on r.oid = v.rule
  join pg_catalog.pg_class as c on c.oid = v.relation
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join pg_catalog.pg_attribute as a on a.attrelid = v.on_oid and a.attnum = v.on_column and v.on_column > 0
  union
  select 'foreign key', format('%s.%I', k.conrelid::regclass, k.conname), t.object, t.name, a.attname, pg_catalog.pg_get_constraintdef(k.oid)
  from pg_catalog.pg_constraint as k
  join target as t on t.oid = k.confrelid
  left join pg_catalog.pg_attribute as a on a.attrelid = t.oid and a.attnum = any (k.confkey)
  where k.contype = 'f' and k.conrelid not in (select oid from target where name = any ($4::text[]))
    and k.conparentid = 0
  union
  select
    'function', p.oid::regprocedure::text, t.object, t.name, a.attname,
    case when p.prokind in ('f', 'p') then pg_catalog.pg_get_functiondef(p.oid) else p.proname end
  from target as t
  join pg_catalog.pg_depend as d
    on d.classid = 'pg_proc'::regclass
    and (d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid or d.refclassid = 'pg_type'::regclass and d.refobjid = t.reltype)
  join pg_catalog.pg_proc as p on p.oid = d.objid
  left join pg_catalog.pg_attribute as a
    on a.attrelid = t.oid and a.attnum = d.refobjsubid and d.refobjsubid > 0 and d.refclassid = 'pg_class'::regclass
  union
  select 'column', format('%s.%I', a.attrelid::regclass, a.attname), t.object, t.name, null, pg_catalog.format_type(a.atttypid, a.atttypmod)
  from target as t
  join pg_catalog.pg_type as y on y.oid = t.reltype
  join pg_catalog.pg_depend as d
    on d.refclassid = 'pg_type'::regclass and d.refobjid in (y.oid, y.typarray) and d.classid = 'pg_class'::regclass and d.objsubid > 0
  join pg_catalog.pg_attribute as a on a.attrelid = d.objid and a.attnum = d.objsubid and not a.attisdropped
  join pg_catalog.pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p')
  union
  select 'inheriting table', i.inhrelid::regclass::text, t.object, t.name, null, 'inherits ' || t.object
  from target as t
  join pg_catalog.pg_inherits as i on i.inhparent = t.oid
  union
  select 'policy', format('%s.%I', p.polrelid::regclass, p.polname), t.object, t.name, a.attname,
    coalesce(pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
  from target as t
  join pg_catalog.pg_depend as d
    on d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid
  join pg_catalog.pg_policy as p on p.oid = d.objid
  left join pg_catalog.pg_attribute as a on a.attrelid = t.oid and a.attnum = d.refobjsubid and d.refobjsubid > 0
)
select
  found.kind,
  found.object,
  on_object as "on",
  on_name as "table",
  coalesce(json_agg(distinct on_column) filter (where on_column is not null), '[]') as columns,
  min(definition) as definition,
  case when found.kind = 'view' then (
    select max(depth) from viewed where viewed.relation = found.object::regclass
  ) end as depth
from found
group by found.kind, found.object, on_object, on_name
order by object, on_object`;
