/** What was not done, and why: the question that is asked most often. */
import type { NotDoneAnswer } from "../data/answers.ts";
import { moment } from "../words.ts";
import { Subject } from "./links.tsx";
import { Table } from "./table.tsx";

interface NotDoneProps {
  readonly notDone: readonly NotDoneAnswer[];
  readonly nowMs: number;
  readonly most?: number;
}

export function NotDoneTable({ notDone, nowMs, most = 200 }: NotDoneProps) {
  return (
    <>
      <Table
        label="Not done, and why"
        columns={["For", "Not done", "Because"]}
        isEmpty={notDone.length === 0}
        empty="Nothing was left undone."
      >
        {notDone.slice(0, most).map(({ subject, what, why, notBeforeMs }) => (
          <tr key={`${subject} ${what}`}>
            <th scope="row">
              <Subject name={subject} />
            </th>
            <td>{what}</td>
            <td class="wide">
              {why}
              {notBeforeMs !== null && ` (not before ${moment(notBeforeMs, nowMs)})`}
            </td>
          </tr>
        ))}
      </Table>
      {notDone.length > most && <p class="empty">and {notDone.length - most} more</p>}
    </>
  );
}
