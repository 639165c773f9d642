import { Ago } from "@/components/ui/ago";
import { CopyButton } from "@/components/ui/copy-button";
import { Empty } from "@/components/ui/empty";
import { formatCount } from "@/lib/client/format";
import type { Coverage, CoverageDetail, InventorySample, RunPhase } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** The same as the order of PHASE_IDS, which would bring the parser of the contract into the browser. */
const NUMBER_OF: Record<RunPhase["id"], number> = {
  "source-ip": 1,
  "asn-inventory": 2,
  "ip-inventory": 3,
  "session-snapshots": 4,
  "foreign-keys": 5,
};

type Check = CoverageDetail["guide"][number];

const CHECK_OF = {
  schema_version: "schema-version",
  asn_inventory: "asns",
  ip_inventory: "addresses",
  "source_ip is not null": "sessions-with-address",
} as const;

/** The figures that the recovery guide asks for after a recovery, each with the SQL that gives it: four and five rows. */
export function Inventories(props: {
  coverage: Coverage;
  /** Sessions with an address; null: not known yet. */
  withSourceIp: number | null;
  sample: InventorySample;
  /** As `schema_state` has it; null: not there, undefined: not read. */
  recorded: string | null | undefined;
  guide: CoverageDetail["guide"];
}) {
  const { coverage, withSourceIp, sample, recorded, guide } = props;
  const find = (check: Check["check"]) => guide.find((it) => it.check === check);
  const counts: { value: string | null; of: keyof typeof CHECK_OF }[] = [
    { value: recorded ?? null, of: "schema_version" },
    { value: formatCount(coverage.inventory.asns), of: "asn_inventory" },
    { value: formatCount(coverage.inventory.ips), of: "ip_inventory" },
    { value: withSourceIp === null ? null : formatCount(withSourceIp), of: "source_ip is not null" },
  ];
  const isTableThere = find("addresses")?.awaits == null;
  return (
    <section className="c-7 sample" aria-labelledby="inventories">
      <div className="section-head">
        <h2 id="inventories">Inventories</h2>
        <p>Testing after recovery, as the guide has it: version, three counts, five rows, with their SQL</p>
      </div>
      <ul className="counts">
        {counts.map(({ value, of }) => {
          const check = find(CHECK_OF[of]);
          return (
            <li key={of}>
              <b>{check?.awaits == null && value !== null ? value : "–"}</b>
              <code>{of}</code>
              <Sql check={check} of={of} />
            </li>
          );
        })}
      </ul>
      {sample.length === 0 ? (
        <Empty>
          {!isTableThere
            ? "No table yet. "
            : coverage.inventory.ips > 0
              ? "Not all columns of ip_inventory are there. "
              : "No row yet. "}
          The addresses with the most sessions are shown here after phase 3.
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
        <section className="scroll-x" tabIndex={0} aria-label="Five rows of ip_inventory">
          <table className="table border-t border-line">
            <thead>
              <tr>
                <th>ip_address</th>
                <th>geo_country</th>
                <th>ip_types</th>
                <th>current_asn</th>
                <th className="num">sessions</th>
                <th>is_scanner</th>
                <th className="num">last_seen</th>
              </tr>
            </thead>
            <tbody>
              {sample.map((row) => (
                <tr key={row.ipAddress}>
                  <td>
                    <code>{toDisplayText(row.ipAddress)}</code>
                  </td>
                  <td>
                    <code className={row.geoCountry === "XX" ? "muted" : ""}>
                      {toDisplayText(row.geoCountry ?? "null")}
                    </code>
                  </td>
                  <td>
                    <code>{row.ipTypes === null ? "null" : toDisplayText(`{${row.ipTypes.join(",")}}`)}</code>
                  </td>
                  <td>
                    {row.currentAsn === null ? <span className="muted">none</span> : <code>AS{row.currentAsn}</code>}
                  </td>
                  <td className="num">{row.sessionCount === null ? "–" : formatCount(row.sessionCount)}</td>
                  <td>
                    <code className={row.isScanner === true ? "" : "muted"}>{String(row.isScanner)}</code>
                  </td>
                  <td className="num muted">{row.lastSeen === null ? "–" : <Ago at={row.lastSeen} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {sample.length === 0 ? null : (
        <div className="of-rows">
          <Sql check={find("sample")} of="five rows of ip_inventory" />
        </div>
      )}
    </section>
  );
}

/** What gives a figure, on one line, to be copied; where PostgreSQL would refuse it, which phase brings what it asks for. */
function Sql({ check, of }: { check: Check | undefined; of: string }) {
  if (check === undefined) return null;
  const { sql, awaits } = check;
  if (awaits !== null) return <span className="check-sql xs">not there yet: phase {NUMBER_OF[awaits]}</span>;
  return (
    <span className="check-sql">
      <code>{sql}</code>
      <CopyButton read={() => sql} label={`Copy the SQL of ${of}`} />
    </span>
  );
}
