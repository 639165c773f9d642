/**
 * The statements that make views again as they are: definition, options, owner, grants, comments, defaults of columns.
 *
 * Parameter: $1 the views, as `schema.view`. Gives `object` and `statements`, a JSON list, NULL for anything but a plain
 * view without triggers and rules of its own. Runs with the search path of the console, so that every name is qualified.
 */
export const REMAKE_VIEWS_SQL = `
select object, case when c.relkind = 'v'
  and not exists (select 1 from pg_catalog.pg_trigger as t where t.tgrelid = c.oid and not t.tgisinternal)
  and not exists (select 1 from pg_catalog.pg_rewrite as r where r.ev_class = c.oid and r.rulename <> '_RETURN')
then (
  select json_agg(statement order by place, position)
  from (
    select 1, 0::bigint, format('create view %s%s as%s', object,
      ' with (' || pg_catalog.array_to_string(c.reloptions, ', ') || ')',
      pg_catalog.rtrim(E'\\n' || pg_catalog.pg_get_viewdef(c.oid), ';'))
    union all
    select 2, 0, format('alter view %s owner to %I', object, pg_catalog.pg_get_userbyid(c.relowner))
    union all
    select 3, g.position, format('grant %s on %s to %s%s', pg_catalog.lower(g.privilege_type), object,
      case when g.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end,
      case when g.is_grantable then ' with grant option' else '' end)
    from pg_catalog.aclexplode(c.relacl) with ordinality as g(grantor, grantee, privilege_type, is_grantable, position)
    where g.grantee <> c.relowner
    union all
    select 4, a.attnum * 1000 + g.position, format('grant %s (%I) on %s to %s%s', pg_catalog.lower(g.privilege_type), a.attname, object,
      case when g.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end,
      case when g.is_grantable then ' with grant option' else '' end)
    from pg_catalog.pg_attribute as a
    cross join pg_catalog.aclexplode(a.attacl) with ordinality as g(grantor, grantee, privilege_type, is_grantable, position)
    where a.attrelid = c.oid and a.attnum > 0 and g.grantee <> c.relowner
    union all
    select 5, a.attnum, format('alter view %s alter column %I set default %s', object, a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid))
    from pg_catalog.pg_attrdef as d
    join pg_catalog.pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum
    where d.adrelid = c.oid
    union all
    select 6, 0, format('comment on view %s is %L', object, d.description)
    from pg_catalog.pg_description as d
    where d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
    union all
    select 7, a.attnum, format('comment on column %s.%I is %L', object, a.attname, d.description)
    from pg_catalog.pg_description as d
    join pg_catalog.pg_attribute as a on a.attrelid = d.objoid and a.attnum = d.objsubid
    where d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid > 0
  ) as remade(place, position, statement)
) end as statements
from unnest($1::text[]) as object
join pg_catalog.pg_class as c on c.oid = object::regclass`;
