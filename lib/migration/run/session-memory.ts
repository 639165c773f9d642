import type pg from "pg";

/**
 * Raises, for this connection alone, what index builds and the grouping of a populate may use of memory; a server that
 * allows more keeps its own setting. Source: PostgreSQL manual, chapter 19.4 (resource consumption).
 */
export async function raiseMemory(client: pg.ClientBase): Promise<void> {
  await client.query(RAISE_MEMORY);
}

const RAISE_MEMORY = `
select set_config(name, wanted, false)
from (values ('maintenance_work_mem', '256MB'), ('work_mem', '64MB')) as raised(name, wanted)
where pg_size_bytes(current_setting(name)) < pg_size_bytes(wanted)`;
