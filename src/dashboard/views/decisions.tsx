/** Decisions, newest first: what was done, and what was not. */
import type { DecisionAnswer } from "../data/answers.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Failed, Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { addressOf } from "../route.ts";
import { fullMoment } from "../words.ts";

interface DecisionsAnswer {
  readonly decisions: readonly DecisionAnswer[];
}

const PAGE = 50;

export function DecisionsView({ query }: { readonly query: URLSearchParams }) {
  const before = query.get("before");
  const path = `v1/decisions?limit=${PAGE}${before === null ? "" : `&before=${encodeURIComponent(before)}`}`;
  const { data, error } = useAnswer<DecisionsAnswer>(path, 5_000);
  const decisions = data?.decisions ?? [];
  const oldest = decisions.at(-1);
  return (
    <>
      <h1>Decisions</h1>
      <Failed error={error} />
      <Section title={before === null ? "Newest first" : `Before ${fullMoment(Number(before))}`}>
        <Table
          label="Decisions"
          columns={["At", "Roles", "Done", "Not done"]}
          isEmpty={decisions.length === 0}
          empty={data === null ? "Asking …" : "There is none."}
        >
          {decisions.map((one) => (
            <Row key={one.id} decision={one} />
          ))}
        </Table>
        <p class="pages">
          {before !== null && <a href="#/decisions">Newest</a>}
          {oldest !== undefined && decisions.length >= PAGE && (
            <a href={addressOf("decisions", undefined, new URLSearchParams({ before: oldest.id }))}>Older</a>
          )}
        </p>
      </Section>
    </>
  );
}

function Row({ decision: { id, atMs, decision, plan } }: { readonly decision: DecisionAnswer }) {
  return (
    <tr>
      <th scope="row">
        <a href={addressOf("decisions", id)}>{fullMoment(atMs)}</a>
      </th>
      <td>
        {decision.roles.map(({ role, desired, counts, state }) => (
          <span key={role} class="chip">
            {role} {counts.capacity}
            {counts.capacity === desired ? "" : ` of ${desired}`} <span class="dim">{state}</span>
          </span>
        ))}
      </td>
      <td>
        {decision.held.length > 0 && <span class="warn">held: {decision.held.join("; ")} </span>}
        {plan.moves.length === 0 && plan.cancels.length === 0 && decision.held.length === 0 && "–"}
        {plan.moves.map(({ machine, from, to }) => `${machine} ${from} to ${to}`).join(", ")}
        {plan.cancels.length > 0 && ` ${plan.cancels.length} called off`}
      </td>
      <td>{plan.notDone.length === 0 ? "–" : plan.notDone.length}</td>
    </tr>
  );
}
