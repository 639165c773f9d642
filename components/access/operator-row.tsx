import type { Ask, OperatorActions } from "@/components/access/operators-view";
import { ROLE_NAMES, toRole } from "@/components/access/role-words";
import { Ago } from "@/components/ui/ago";
import type { Operator } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** One operator, and what an admin may do about that. */
export function OperatorRow(props: { operator: Operator; actions: OperatorActions; ask: Ask }) {
  const { operator, actions, ask } = props;
  const { id, email, name, role, disabledAt, seenAt, sessions } = operator;
  return (
    <tr>
      <td className="[overflow-wrap:anywhere]">
        <span className="strong">{toDisplayText(name)}</span> <span className="soft">{toDisplayText(email)}</span>{" "}
        {disabledAt === null ? null : <span className="tag amber">disabled</span>}
      </td>
      <td>
        <select
          aria-label={`Role of ${email}`}
          value={role}
          onChange={(event) => {
            const chosen = toRole(event.target.value);
            ask(() => actions.setOperatorRole({ id, role: chosen }));
          }}
        >
          {ROLE_NAMES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </td>
      <td className="soft hide-s">{waysIn(operator)}</td>
      <td className="soft hide-s">{seenAt === null ? "not signed in" : <Ago at={seenAt} />}</td>
      <td>
        <div className="operator-acts">
          <button type="button" className="btn quiet" onClick={() => ask(() => actions.resetOperatorPassword({ id }))}>
            New link
          </button>
          {sessions === 0 ? null : (
            <button type="button" className="btn quiet" onClick={() => ask(() => actions.endOperatorSessions({ id }))}>
              Sign out
            </button>
          )}
          <button
            type="button"
            className="btn quiet"
            onClick={() => ask(() => actions.setOperatorDisabled({ id, isDisabled: disabledAt === null }))}
          >
            {disabledAt === null ? "Disable" : "Enable"}
          </button>
        </div>
      </td>
    </tr>
  );
}

function waysIn({ hasPassword, hasTwoFactor }: Operator): string {
  if (!hasPassword) return "no password yet";
  return hasTwoFactor ? "password and code" : "password";
}
