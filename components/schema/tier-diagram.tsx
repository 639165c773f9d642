import { Fragment } from "react";
import { ObjectIcon, ObjectStateText } from "@/components/schema/object-state";
import { formatBytes, formatCount, formatCounted } from "@/lib/client/format";
import { statesOf, summarise } from "@/lib/client/schema-summary";
import type { SchemaReport } from "@/lib/contract";

type Table = SchemaReport["tables"][number];

/** What each tier is, and the columns worth seeing at a glance. */
const TIERS: Record<number, { text: string; columns: string[] }> = {
  3: {
    text: "one row a session, as it was at the time of the attack",
    columns: ["source_ip", "snapshot_asn", "snapshot_country", "snapshot_ip_types"],
  },
  2: { text: "one row an address, current state", columns: ["geo_country", "ip_types", "is_scanner", "is_bogon"] },
  1: {
    text: "one row an autonomous system, totals",
    columns: ["asn_number", "organization_name", "total_session_count"],
  },
};

/** The three tiers and the two foreign keys between them. */
export function TierDiagram({ report }: { report: SchemaReport }) {
  const tables = [3, 2, 1].flatMap((tier) => report.tables.filter((table) => table.tier === tier));
  const keys = ["fk_session_source_ip", "fk_ip_current_asn"].map((name) =>
    report.constraints.find((constraint) => constraint.name === name),
  );
  return (
    <div className="tiers">
      {tables.map((table, index) => (
        <Fragment key={table.name}>
          {index === 0 ? null : <ForeignKey constraint={keys[index - 1]} />}
          <Tier table={table} />
        </Fragment>
      ))}
    </div>
  );
}

function Tier({ table }: { table: Table }) {
  const { text, columns } = TIERS[table.tier ?? 0] ?? { text: "", columns: [] };
  const shown = table.columns.filter(({ name }) => columns.includes(name));
  const { state, text: stateText } = table.exists
    ? summarise(statesOf(table))
    : { state: "planned" as const, text: "will be created" };
  return (
    <section className={`tier ${table.exists ? "" : "missing"}`} aria-label={table.name}>
      <p className="label">
        Tier {table.tier}
        <ObjectStateText state={state} text={stateText} />
      </p>
      <h2>
        <code>{table.name}</code>
      </h2>
      <p className="soft">{text}</p>
      <p className="fig">
        {table.exists ? (
          <>
            {table.rows === null ? "–" : formatCount(table.rows)}{" "}
            <small>rows, estimated{table.bytes === null ? "" : `, ${formatBytes(table.bytes)}`}</small>
          </>
        ) : (
          <>
            0 <small>rows</small>
          </>
        )}
      </p>
      <ul>
        {table.exists ? (
          shown.map((column) => (
            <li key={column.name}>
              <ObjectIcon state={column.state} />
              <code>{column.name}</code>
            </li>
          ))
        ) : (
          <li>
            <ObjectIcon state="planned" />
            {formatCounted(table.columns.length, "column")}
          </li>
        )}
      </ul>
    </section>
  );
}

function ForeignKey({ constraint }: { constraint: SchemaReport["constraints"][number] | undefined }) {
  if (constraint === undefined) return <div className="fk" />;
  const isThere = constraint.state === "as-declared";
  return (
    <div className={`fk ${isThere ? "there" : ""}`}>
      <span>
        <code>{constraint.name}</code>
      </span>
      <span>{isThere ? "validated" : constraint.state === "not-validated" ? "NOT VALID" : constraint.state}</span>
    </div>
  );
}
