/** The arithmetic of a count that was decided ahead: one machine in question a row. */
import type { RoleAnswer } from "../data/answers.ts";
import { number } from "../words.ts";
import { Table } from "./table.tsx";

type Ahead = NonNullable<RoleAnswer["wanted"]["ahead"]>;

function decided({ move, chosen, advantage }: Ahead["machines"][number], leastGain: number): string {
  if (chosen) return `${move}s now`;
  return `does not ${move} now${advantage > 0 ? `: it would gain less than ${leastGain} machine-hours` : ""}`;
}

/** Of a great wave those in the middle say nothing new. */
const MOST = 12;
const COLUMNS = ["Machine", "Move", "Needed then", "Cost now", "Cost later or never", "Decided"];

export const AheadTable = ({ ahead }: { readonly ahead: Ahead }) => (
  <>
    <p class="dim">
      Costs are machine-hours of the rest role: what it builds less, and the wear, less the shortage saved.
    </p>
    <Table label="Machines in question" columns={COLUMNS} isEmpty={ahead.machines.length === 0} empty="None.">
      {ahead.machines.slice(0, MOST).map((one) => (
        <tr key={`${one.move} ${one.machine}`}>
          <th scope="row">no. {one.machine}</th>
          <td>
            {one.move}, done in {Math.round(one.inMinutes)} min
          </td>
          <td>{Math.round(one.neededProbability * 100)} %</td>
          <td>{number(one.now.cost)}</td>
          <td>{number(one.laterOrNever.cost)}</td>
          <td>{decided(one, ahead.leastGain)}</td>
        </tr>
      ))}
    </Table>
  </>
);
