/** One decision, explained: each role's reasons in their order, the moves, and what was not done. */
import type { DecisionAnswer } from "../data/answers.ts";
import { useAnswer } from "../data/use-answer.ts";
import { RoleLink } from "../parts/links.tsx";
import { NotDoneTable } from "../parts/not-done.tsx";
import { Failed, Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { fullMoment } from "../words.ts";

/** It never changes: it is asked for once. */
const ONCE_MS = Number.POSITIVE_INFINITY;

export function DecisionView({ id }: { readonly id: string }) {
  const { data, error } = useAnswer<DecisionAnswer>(`v1/decisions/${encodeURIComponent(id)}`, ONCE_MS);
  if (data === null) return error === null ? <p class="waiting">Asking …</p> : <Failed error={error} />;
  const { atMs, decision, plan } = data;
  return (
    <>
      <h1>Decision of {fullMoment(atMs)}</h1>
      {decision.held.map((why) => (
        <p key={why} class="warn">
          Held: {why}
        </p>
      ))}
      <Section title="Roles">
        <Table
          label="Roles, as they were decided"
          columns={["Role", "Serving", "Desired", "Permitted", "Floor", "State"]}
          isEmpty={decision.roles.length === 0}
          empty="No role."
        >
          {decision.roles.map(({ role, counts, desired, permitted, floor, state }) => (
            <tr key={role}>
              <th scope="row">
                <RoleLink name={role} />
              </th>
              <td>{counts.capacity}</td>
              <td>{desired}</td>
              <td>
                {permitted.min} to {permitted.max}
              </td>
              <td>{floor}</td>
              <td>{state}</td>
            </tr>
          ))}
        </Table>
      </Section>
      <Section title="Reasons, in their order">
        {decision.roles.map(({ role, reasons }) => (
          <div key={role}>
            <h3>{role}</h3>
            <ol class="chain">
              {reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ol>
          </div>
        ))}
      </Section>
      <Section title="Moves">
        <Table
          label="Moves of the plan"
          columns={["Machine", "Way", "Because"]}
          isEmpty={plan.moves.length === 0}
          empty="Nothing was moved."
        >
          {plan.moves.map(({ machine, from, to, reason }) => (
            <tr key={machine}>
              <th scope="row">{machine}</th>
              <td>
                {from} to {to}
              </td>
              <td class="wide">{reason}</td>
            </tr>
          ))}
        </Table>
      </Section>
      <Section title="Not done, and why">
        <NotDoneTable notDone={plan.notDone} nowMs={atMs} />
      </Section>
      <p>
        <a href="#/decisions">All decisions</a>
      </p>
    </>
  );
}
