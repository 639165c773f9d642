/** Most transactions that are told: the oldest are the ones that hold others up. */
const MOST_TRANSACTIONS = 50;

/** Settings that every session of the console has its own values of, whatever role or database say. */
const OVERRIDDEN = [
  "statement_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
  "idle_session_timeout",
  "transaction_timeout",
  "default_transaction_isolation",
  "row_security",
];

/**
 * What else goes on: other sessions' transactions, and what outlives sessions. An SQL subquery of one JSON document;
 * needs the CTE `relation` of the catalog round-trip. A role that may not see other roles' sessions gets their number.
 */
export const ACTIVITY_SQL = `
    with locked as materialized (
      select l.pid, json_agg(distinct r.relname) as tables
      from pg_catalog.pg_locks as l
      join relation as r on r.oid = l.relation
      where l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
        and l.mode in ('ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      group by l.pid
    ), peer as materialized (
      select a.*
      from pg_catalog.pg_stat_activity as a
      where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid()
        and a.application_name not like 'tidemark%'
    )
    select json_build_object(
      'transactions', (
        select coalesce(json_agg(json_build_object(
          'pid', p.pid,
          'user', p.usename,
          'application', p.application_name,
          'state', p.state,
          'seconds', greatest(0, extract(epoch from pg_catalog.clock_timestamp() - p.xact_start))::integer,
          'holdsSnapshot', p.backend_xmin is not null or p.backend_xid is not null,
          'lockedTables', coalesce(p.tables, '[]'),
          'isDdl', p.query ~* '^\\s*(alter|create|drop)\\M'
        ) order by p.xact_start), '[]')
        from (
          select peer.*, locked.tables
          from peer
          left join locked on locked.pid = peer.pid
          where peer.backend_type = 'client backend' and peer.xact_start is not null and peer.state is not null
          order by peer.xact_start
          limit ${MOST_TRANSACTIONS}
        ) as p
      ),
      'hiddenSessions', (select count(*) from peer where query = '<insufficient privilege>'),
      'preparedTransactions', (
        select coalesce(json_agg(json_build_object(
          'gid', x.gid,
          'owner', x.owner,
          'seconds', extract(epoch from pg_catalog.clock_timestamp() - x.prepared)::integer
        ) order by x.prepared), '[]')
        from pg_catalog.pg_prepared_xacts as x
        where x.database = pg_catalog.current_database()
      ),
      'replicationSlots', (
        select coalesce(json_agg(json_build_object(
          'name', s.slot_name,
          'isActive', s.active,
          'age', coalesce(pg_catalog.age(s.xmin), 0)
        ) order by s.slot_name), '[]')
        from pg_catalog.pg_replication_slots as s
        where not s.temporary
      ),
      'tempFileLimitBytes', (
        select case when current_setting('temp_file_limit') <> '-1' then pg_catalog.pg_size_bytes(current_setting('temp_file_limit')) end
      ),
      'roleSettings', (
        select coalesce(json_agg(distinct setting), '[]')
        from pg_catalog.pg_db_role_setting as d
        cross join pg_catalog.unnest(d.setconfig) as setting
        where d.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
          and d.setrole in (0, (select oid from pg_catalog.pg_roles where rolname = current_user))
          -- Others may be the application's own, and hold anything.
          and pg_catalog.split_part(setting, '=', 1) in (${OVERRIDDEN.map((name) => `'${name}'`).join(", ")})
      )
    )`;
