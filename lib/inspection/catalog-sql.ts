import { ACTIVITY_SQL } from "@/lib/inspection/activity-sql";
import { DEPENDENTS_SQL } from "@/lib/inspection/dependents-sql";
import { UNBUILT_NOTE_COLUMN } from "@/lib/inspection/unbuilt-indexes";

/**
 * The whole catalog round-trip: one row, one JSON document.
 *
 * Parameters: $1 schema, $2 names of the tables of interest, $3 names of the declared indexes (looked for on every
 * table: a name that is taken elsewhere cannot be used), $4 the tables that v16 brings and `session_summaries`,
 * $5 the role whose rights are asked for, NULL for the one that asks. Runs on PostgreSQL 12 to 18; needs no right on any
 * table.
 * pg_catalog rather than information_schema, which hides what the role has no right on.
 */
export const CATALOG_SQL = `
with home as (
  select n.oid, n.nspname, n.nspowner from pg_catalog.pg_namespace as n where n.nspname = $1
), relation as (
  select c.*
  from pg_catalog.pg_class as c
  join home on home.oid = c.relnamespace
  where c.relname = any ($2::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f')
), helper as (
  select p.*
  from pg_catalog.pg_proc as p
  join home on home.oid = p.pronamespace
  where p.proname like 'tidemark\\_%'
), referring as materialized (
  select k.conindid as index, json_agg(format('%s.%I', k.conrelid::regclass, k.conname) order by k.conname) as names
  from pg_catalog.pg_constraint as k
  where k.contype = 'f' and k.conparentid = 0
  group by k.conindid
)
select json_build_object(
  'columns', (
    select coalesce(json_agg(json_build_object(
      'table', r.relname,
      'name', a.attname,
      'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
      'isNullable', not a.attnotnull,
      'generated', a.attgenerated,
      'identity', a.attidentity,
      'expression', pg_catalog.pg_get_expr(d.adbin, d.adrelid),
      'nullFraction', s.null_frac,
      'distinct', s.n_distinct
    ) order by r.relname, a.attnum), '[]')
    from relation as r
    join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_catalog.pg_stats as s
      on s.schemaname = $1 and s.tablename = r.relname and s.attname = a.attname and not s.inherited
      and r.relname = 'session_summaries'
  ),
  'relations', (
    select coalesce(json_agg(json_build_object(
      'name', r.relname,
      'kind', r.relkind,
      'isPartition', r.relispartition,
      'isInherited', exists (
        select 1 from pg_catalog.pg_inherits as i where i.inhrelid = r.oid or i.inhparent = r.oid
      ),
      -- Citus leaves an empty table behind, with this trigger on it; its own catalog is not there without it.
      'isDistributed', exists (
        select 1 from pg_catalog.pg_trigger as t join pg_catalog.pg_proc as p on p.oid = t.tgfoid
        where t.tgrelid = r.oid and p.proname = 'citus_truncate_trigger'
      ),
      'persistence', r.relpersistence,
      'hasRowSecurity', r.relrowsecurity,
      'isRowSecurityActive', r.relkind in ('r', 'p') and pg_catalog.row_security_active(r.oid),
      'owner', pg_catalog.pg_get_userbyid(r.relowner),
      'hasOwnerRights', pg_catalog.pg_has_role(coalesce($5::name, current_user), r.relowner, 'USAGE'),
      'isOwnerMember', pg_catalog.pg_has_role(coalesce($5::name, current_user), r.relowner, 'MEMBER'),
      'ownerCanCreate', pg_catalog.has_schema_privilege(r.relowner, r.relnamespace, 'CREATE'),
      'canSelect', pg_catalog.has_table_privilege(coalesce($5::name, current_user), r.oid, 'SELECT'),
      'canInsert', pg_catalog.has_table_privilege(coalesce($5::name, current_user), r.oid, 'INSERT'),
      'canUpdate', pg_catalog.has_table_privilege(coalesce($5::name, current_user), r.oid, 'UPDATE'),
      'rowEstimate', r.reltuples,
      'heapBytes', case when r.relkind in ('r', 'm') then pg_catalog.pg_relation_size(r.oid) else 0 end,
      'bytes', case when r.relkind in ('r', 'm') then pg_catalog.pg_total_relation_size(r.oid) end,
      'grants', (
        select coalesce(json_agg(distinct
          case when g.grantee = 0 then 'PUBLIC' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end
          || '=' || g.privilege_type || case when g.is_grantable then '*' else '' end), '[]')
        from pg_catalog.aclexplode(r.relacl) as g
        where g.grantee <> r.relowner
      ),
      'triggers', (
        select coalesce(json_agg(json_build_object(
          'name', t.tgname,
          -- Bits of tgtype. Source: src/include/catalog/pg_trigger.h.
          'onInsert', t.tgtype & 4 <> 0,
          'onUpdate', t.tgtype & 16 <> 0,
          'columns', (
            select coalesce(json_agg(a.attname order by a.attnum), '[]')
            from pg_catalog.pg_attribute as a
            where a.attrelid = r.oid and a.attnum = any (t.tgattr)
          )
        ) order by t.tgname), '[]')
        from pg_catalog.pg_trigger as t
        where t.tgrelid = r.oid and not t.tgisinternal and t.tgenabled in ('O', 'A')
      ),
      'publications', (
        -- The view knows every way in which a table can be published, on every version.
        select coalesce(json_agg(json_build_object(
          'name', p.pubname,
          'scope', case
            when p.puballtables then 'all'
            when exists (
              select 1 from pg_catalog.pg_publication_rel as pr where pr.prpubid = p.oid and pr.prrelid = r.oid
            ) then 'table'
            else 'schema'
          end,
          'publishesUpdates', p.pubupdate
        ) order by p.pubname), '[]')
        from pg_catalog.pg_publication_tables as pt
        join pg_catalog.pg_publication as p on p.pubname = pt.pubname
        where pt.schemaname = $1 and pt.tablename = r.relname
      ),
      'replicaIdentity', r.relreplident
    ) order by r.relname), '[]')
    from relation as r
  ),
  'indexes', (
    select coalesce(json_agg(json_build_object(
      'name', c.relname,
      'table', t.relname,
      'definition', pg_catalog.pg_get_indexdef(i.indexrelid),
      'isValid', i.indisvalid and i.indisready and i.indislive,
      'isConstraint', exists (
        select 1 from pg_catalog.pg_constraint as k
        where k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x')
      ),
      'foreignKeys', coalesce((select names from referring where referring.index = i.indexrelid), '[]')
    ) order by t.relname, c.relname), '[]')
    from pg_catalog.pg_index as i
    join pg_catalog.pg_class as c on c.oid = i.indexrelid
    join pg_catalog.pg_class as t on t.oid = i.indrelid
    join home on home.oid = c.relnamespace
    where t.relname = any ($2::text[]) or c.relname = any ($3::text[])
  ),
  'constraints', (
    select coalesce(json_agg(json_build_object(
      'name', k.conname,
      'table', r.relname,
      'kind', k.contype,
      'definition', pg_catalog.pg_get_constraintdef(k.oid),
      'isValidated', k.convalidated
    ) order by r.relname, k.conname), '[]')
    from pg_catalog.pg_constraint as k
    join relation as r on r.oid = k.conrelid
    -- From 18 on NOT NULL is listed here too ('n'); it is read with the column.
    where k.contype in ('p', 'f', 'c', 'u', 'x')
  ),
  'functions', (
    select coalesce(json_agg(json_build_object(
      'name', h.proname,
      'argumentTypes', pg_catalog.oidvectortypes(h.proargtypes),
      'returnType', pg_catalog.format_type(h.prorettype, null),
      'body', h.prosrc,
      'isImmutable', h.provolatile = 'i',
      'isPublic', exists (
        select 1 from pg_catalog.aclexplode(coalesce(h.proacl, pg_catalog.acldefault('f', h.proowner))) as g
        where g.grantee = 0 and g.privilege_type = 'EXECUTE'
      ),
      'owner', pg_catalog.pg_get_userbyid(h.proowner)
    ) order by h.proname), '[]')
    from helper as h
  ),
  'unbuiltNote', (
    select pg_catalog.col_description(r.oid, a.attnum)
    from relation as r
    join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attname = '${UNBUILT_NOTE_COLUMN}' and not a.attisdropped
    where r.relname = 'session_summaries'
  ),
  'rights', json_build_object(
    'isSuperuser', (select rolsuper from pg_catalog.pg_roles where rolname = coalesce($5::name, current_user)),
    'hasSchema', exists (select 1 from home),
    'canUseSchema', (select pg_catalog.has_schema_privilege(coalesce($5::name, current_user), home.oid, 'USAGE') from home),
    'canCreateInSchema', (select pg_catalog.has_schema_privilege(coalesce($5::name, current_user), home.oid, 'CREATE') from home),
    'canCreateSchemas', pg_catalog.has_database_privilege(coalesce($5::name, current_user), pg_catalog.current_database(), 'CREATE'),
    'consoleSchema', (
      select json_build_object(
        'owner', pg_catalog.pg_get_userbyid(n.nspowner),
        'canCreate', pg_catalog.has_schema_privilege(coalesce($5::name, current_user), n.oid, 'USAGE') and pg_catalog.has_schema_privilege(coalesce($5::name, current_user), n.oid, 'CREATE'),
        'hasTables', exists (select 1 from pg_catalog.pg_class as c where c.relnamespace = n.oid and c.relname = 'runs')
      )
      from pg_catalog.pg_namespace as n where n.nspname = 'tidemark'
    )
  ),
  'otherSchemas', (
    select coalesce(json_agg(n.nspname order by n.nspname), '[]')
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relname = 'session_summaries' and c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> $1
  ),
  'eventTriggers', (
    select coalesce(json_agg(e.evtname order by e.evtname), '[]')
    from pg_catalog.pg_event_trigger as e
    where e.evtenabled in ('O', 'A')
  ),
  'dependents', (select coalesce(json_agg(d), '[]') from (${DEPENDENTS_SQL}
  ) as d),
  'activity', (${ACTIVITY_SQL}
  ),
  'database', pg_catalog.current_database(),
  'user', coalesce($5::name, current_user)
) as catalog`;
