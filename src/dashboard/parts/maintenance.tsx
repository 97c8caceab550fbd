/** Machines that somebody works on, a row each: until when, and whether they are out yet. */
import type { GridRow } from "../../http/grid-route.ts";
import { openAction } from "../actions/open-actions.ts";
import type { OverrideAnswer, PoolStatus } from "../data/answers.ts";
import { useBox } from "../data/box.ts";
import { live } from "../data/live.ts";
import { MachineLink } from "./links.tsx";
import { endOf, endWords, untilWords } from "./override-lines.tsx";
import { Table } from "./table.tsx";

export const isMaintenance = ({ act }: OverrideAnswer): boolean => act.kind === "maintain";

export function MaintenanceTable({ status }: { readonly status: PoolStatus }) {
  const { byName } = useBox(live.grid);
  return (
    <Table
      label="Maintenance"
      columns={["Machine", "Until", "Now", "By", "Reason", "End it"]}
      isEmpty={!status.overrides.some(isMaintenance)}
      empty="No machine is worked on."
    >
      {status.overrides.map((override) => {
        const { act, author, reason, id } = override;
        if (act.kind !== "maintain") return null;
        const { machine } = act;
        return (
          <tr key={id}>
            <th scope="row">
              <MachineLink name={machine} />
            </th>
            <td>{untilWords(override, status.atMs)}</td>
            <td class="wide">{nowWords(byName.get(machine), status.notDone, machine)}</td>
            <td>{author}</td>
            <td class="wide">{reason}</td>
            <td>
              <button type="button" onClick={() => openAction.set(endOf(act))}>
                {endWords(act)} <span class="unseen">of {machine}</span>
              </button>
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

/** One that is out may be off, silent, unplugged or whatever its repairer likes. */
function nowWords(row: GridRow | undefined, notDone: PoolStatus["notDone"], machine: string): string {
  if (row === undefined) return "unknown";
  if (row.state === "switching") return "on its way out";
  if (row.role === "spare") return row.power === "off" ? "out, and off" : "out";
  const why = notDone.find(({ subject }) => subject === machine)?.why;
  return `still in ${row.role ?? "no role"}${why === undefined ? "" : `: ${why}`}`;
}
