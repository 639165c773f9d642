import { Ago } from "@/components/ui/ago";
import { Empty } from "@/components/ui/empty";
import { formatCount } from "@/lib/client/format";
import { toDisplayText } from "@/lib/client/log-text";
import type { Coverage, InventorySample } from "@/lib/contract";

/** Three counts and five rows of `ip_inventory`, as the recovery guide asks. */
export function Inventories({ coverage, sample }: { coverage: Coverage; sample: InventorySample }) {
  const counts = [
    { value: coverage.inventory.asns, of: "asn_inventory" },
    { value: coverage.inventory.ips, of: "ip_inventory" },
    { value: coverage.sessions.withSourceIp, of: "source_ip is not null" },
  ];
  return (
    <section className="c-7 sample" aria-labelledby="inventories">
      <div className="section-head">
        <h2 id="inventories">Inventories</h2>
        <p>Three counts and five rows, as the recovery guide asks</p>
      </div>
      <div className="counts">
        {counts.map(({ value, of }) => (
          <span key={of}>
            <b>{formatCount(value)}</b>
            <code>{of}</code>
          </span>
        ))}
      </div>
      {sample.length === 0 ? (
        <Empty>No row yet. The addresses with the most sessions are shown here after phase 3.</Empty>
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
                    <code>{row.ipAddress}</code>
                  </td>
                  <td>
                    <code className={row.geoCountry === "XX" ? "muted" : ""}>{row.geoCountry ?? "null"}</code>
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
    </section>
  );
}
