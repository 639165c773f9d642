import { qualify } from "@/lib/db/identifier";

/**
 * The operator's own reporting: a view over the addresses, a view on that view, and a materialized view over the
 * sessions. The country is read from the generated column, or out of the document where the ORM's table has none.
 */
export function reportsSql(schema: string, { hasOrmTables }: { hasOrmTables: boolean }): string[] {
  const [addresses, countries, days] = ["report_addresses", "report_countries", "report_days"].map((name) =>
    qualify(schema, name),
  );
  const country = hasOrmTables ? "enrichment -> 'maxmind' ->> 'country'" : "geo_country";
  return [
    `create view ${addresses} with (security_barrier) as
  select ip_address, ${country} as country, session_count, last_seen from ${qualify(schema, "ip_inventory")}`,
    `comment on view ${addresses} is 'Addresses of the weekly report'`,
    `grant select on ${addresses} to public`,
    `create view ${countries} as
  select country, count(*) as addresses, sum(session_count) as sessions from ${addresses} group by country`,
    `create materialized view ${days} as
  select date_trunc('day', last_event_at) as day, count(*) as sessions, sum(login_attempts) as logins
  from ${qualify(schema, "session_summaries")} group by 1`,
  ];
}
