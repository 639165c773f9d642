import { Fragment } from "react";
import { ObjectIcon, ObjectStateText } from "@/components/schema/object-state";
import { Term } from "@/components/ui/term";
import { formatBytes, formatCount, formatCounted } from "@/lib/client/format";
import { summariseTable } from "@/lib/client/schema-report";
import { isWrong, splitColumn } from "@/lib/client/schema-summary";
import type { SchemaReport } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

type Table = SchemaReport["tables"][number];

/** What each tier is, and the columns worth seeing at a glance. */
const TIERS: Record<number, { text: string; columns: string[] }> = {
  3: {
    text: "one row a session, as it was at the time of the attack",
    columns: ["source_ip", "enrichment_at", "snapshot_asn", "snapshot_country", "snapshot_ip_types"],
  },
  2: { text: "one row an address, current state", columns: ["geo_country", "ip_types", "is_scanner", "is_bogon"] },
  1: {
    text: "one row an autonomous system, totals",
    columns: ["asn_number", "organization_name", "total_session_count"],
  },
};

interface Link {
  name: string;
  from: [table: string, column: string];
  to: [table: string, column: string];
}

/** The foreign keys between the tiers, from the session on. */
const LINKS: Link[] = [
  { name: "fk_session_source_ip", from: ["session_summaries", "source_ip"], to: ["ip_inventory", "ip_address"] },
  { name: "fk_ip_current_asn", from: ["ip_inventory", "current_asn"], to: ["asn_inventory", "asn_number"] },
];

/** The three tiers and the two foreign keys between them. */
export function TierDiagram({ report }: { report: SchemaReport }) {
  const tables = [3, 2, 1].flatMap((tier) => report.tables.filter((table) => table.tier === tier));
  return (
    <div className="tiers">
      {tables.map((table, index) => (
        <Fragment key={table.name}>
          {index === 0 ? null : <ForeignKey report={report} link={LINKS[index - 1]} />}
          <Tier table={table} isFirst={index === 0} />
        </Fragment>
      ))}
    </div>
  );
}

function Tier({ table, isFirst }: { table: Table; isFirst: boolean }) {
  const { text, columns } = TIERS[table.tier ?? 0] ?? { text: "", columns: [] };
  const shown = table.columns.filter(({ name }) => columns.includes(name));
  const { state, text: stateText } = summariseTable(table);
  return (
    <section className={`tier ${table.exists ? "" : "missing"}`} aria-label={`Tier ${table.tier}, ${table.name}`}>
      <p className="label">
        <span>
          {isFirst ? <Term id="tier">Tier</Term> : "Tier"} {table.tier}
        </span>
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
            <small>
              {table.rows === null ? "rows not estimated yet" : "rows by estimate"}
              {table.bytes === null ? "" : `, ${formatBytes(table.bytes)}`}
            </small>
          </>
        ) : (
          <>
            – <small>no table yet</small>
          </>
        )}
      </p>
      <ul>
        {table.exists ? (
          shown.map((column) => (
            <li key={column.name}>
              <ObjectIcon state={column.state} />
              <code>{toDisplayText(column.name)}</code>
            </li>
          ))
        ) : (
          <li>
            <ObjectIcon state={state} />
            {formatCounted(table.columns.length, "column")}
          </li>
        )}
      </ul>
    </section>
  );
}

/** A key with the types at its ends: as they are, and where a column is still to come as declared. */
function ForeignKey({ report, link }: { report: SchemaReport; link: Link | undefined }) {
  const constraint = report.constraints.find(({ name }) => name === link?.name);
  if (link === undefined || constraint === undefined) return <div className="fk" />;
  const isThere = constraint.state === "as-declared";
  const [from, to] = [typeOf(report, link.from), typeOf(report, link.to)];
  return (
    <div className={`fk ${isThere ? "there" : ""}`}>
      <span>
        <code>{constraint.name}</code>
      </span>
      <span>
        <small className={from === to ? undefined : "t-coral"}>
          {from} {from === to ? "=" : "≠"} {to}
        </small>
        <small className={isWrong(constraint.state) ? "t-coral strong" : undefined}>
          {KEY_WORDS[constraint.state] ?? constraint.state}
        </small>
      </span>
    </div>
  );
}

const KEY_WORDS: Partial<Record<SchemaReport["constraints"][number]["state"], string>> = {
  "as-declared": "validated",
  planned: "planned, phase 5",
  "not-validated": "NOT VALID",
};

function typeOf(report: SchemaReport, [table, column]: Link["from"]): string {
  const found = report.tables.find(({ name }) => name === table)?.columns.find(({ name }) => name === column);
  return splitColumn(found?.live ?? found?.declared ?? "").type;
}
