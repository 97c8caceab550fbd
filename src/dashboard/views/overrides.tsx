/** Orders of operators: those in force, and where new ones are given. */
import { useState } from "preact/hooks";
import { describeAct } from "../../core/domain/describe-override.ts";
import type { Action } from "../actions/action.ts";
import { openAction } from "../actions/open-actions.ts";
import type { PoolStatus } from "../data/answers.ts";
import { endOf, endWords, untilWords } from "../parts/override-lines.tsx";
import { Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";

export function OverridesView({ status }: { readonly status: PoolStatus }) {
  const { overrides, atMs } = status;
  return (
    <>
      <h1>Overrides</h1>
      <Section title="In force">
        <Table
          label="Overrides in force"
          columns={["What", "Until", "By", "Reason", "End it"]}
          isEmpty={overrides.length === 0}
          empty="Nobody has ordered anything: retask decides."
        >
          {overrides.map((override) => (
            <tr key={override.id}>
              <th scope="row">
                {describeAct(override.act)}
                {override.overrideFloor && <span class="warn">, even below a floor</span>}
              </th>
              <td>{untilWords(override, atMs)}</td>
              <td>{override.author}</td>
              <td class="wide">{override.reason}</td>
              <td>
                <button type="button" onClick={() => openAction.set(endOf(override.act))}>
                  {endWords(override.act)} <span class="unseen">{describeAct(override.act)}</span>
                </button>
              </td>
            </tr>
          ))}
        </Table>
      </Section>
      <Section title="Give an order">
        <Orders status={status} />
      </Section>
    </>
  );
}

/** Orders about one machine are given where the machine is looked at. */
function Orders({ status }: { readonly status: PoolStatus }) {
  const [role, setRole] = useState<string>(status.roles[0]?.role ?? "");
  const desired = status.roles.find((one) => one.role === role)?.desired ?? 0;
  const open = (action: Action) => () => openAction.set(action);
  return (
    <>
      <div class="actions">
        <button type="button" onClick={open({ kind: "pause", scope: { kind: "pool" } })}>
          Pause the pool
        </button>
      </div>
      <div class="actions">
        <label>
          <span>Role</span>{" "}
          <select value={role} onChange={(event) => setRole(event.currentTarget.value)}>
            {status.roles.map((one) => (
              <option key={one.role} value={one.role}>
                {one.role}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={open({ kind: "pause", scope: { kind: "role", role } as never })}>
          Pause this role
        </button>
        <button type="button" onClick={open({ kind: "forceRole", role, count: desired })}>
          Force this role
        </button>
      </div>
      <p>
        To force, pin, pause or release one machine: choose it among <a href="#/">the machines</a>.
      </p>
    </>
  );
}
