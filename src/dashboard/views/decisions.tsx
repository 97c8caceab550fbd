/** Decisions, newest first: what was done, and what was not. Those that say the same as the one before share a row. */
import type { DecisionAnswer } from "../data/answers.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Failed, Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { addressOf, changeQuery } from "../route.ts";
import { fullMoment } from "../words.ts";
import { alike, type Run } from "./decision-runs.ts";

interface DecisionsAnswer {
  readonly decisions: readonly DecisionAnswer[];
}

const PAGE = 100;

export function DecisionsView({ query }: { readonly query: URLSearchParams }) {
  const before = query.get("before");
  const path = `v1/decisions?limit=${PAGE}${before === null ? "" : `&before=${encodeURIComponent(before)}`}`;
  const { data, error } = useAnswer<DecisionsAnswer>(path, 5_000);
  const onlyDone = query.get("only") === "done";
  const decisions = data?.decisions ?? [];
  const runs = alike(decisions).filter(
    ({ newest: { plan } }) => !onlyDone || plan.moves.length + plan.cancels.length > 0,
  );
  const oldest = decisions.at(-1);
  return (
    <>
      <h1>Decisions</h1>
      <Failed error={error} />
      <Section
        title={before === null ? "Newest first" : `Before ${fullMoment(Number(before))}`}
        aside={
          <label class="tick">
            <input
              type="checkbox"
              checked={onlyDone}
              onChange={(event) => changeQuery({ only: event.currentTarget.checked ? "done" : null })}
            />
            <span>only those that did something</span>
          </label>
        }
      >
        <Table
          label="Decisions"
          columns={["At", "Roles", "Done", "Not done"]}
          isEmpty={runs.length === 0}
          empty={data === null ? "Asking …" : "There is none among these."}
        >
          {runs.map((run) => (
            <Row key={run.newest.id} run={run} />
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

function Row({ run: { newest, count, sinceMs } }: { readonly run: Run }) {
  const { id, atMs, decision, plan } = newest;
  return (
    <tr>
      <th scope="row">
        <a href={addressOf("decisions", id)}>{fullMoment(atMs)}</a>
        {count > 1 && (
          <span class="dim">
            {" "}
            and {count - 1} alike since {fullMoment(sinceMs).slice(11)}
          </span>
        )}
      </th>
      <td>
        {decision.roles.map(({ role, desired, counts, state }) => (
          <span key={role} class="chip">
            {role} {counts.capacity}
            {counts.capacity === desired ? "" : ` of ${desired}`} <span class="dim">{state}</span>
          </span>
        ))}
      </td>
      <td class="wide">{doneWords(newest)}</td>
      <td>{plan.notDone.length === 0 ? "–" : plan.notDone.length}</td>
    </tr>
  );
}

function doneWords({ decision: { held }, plan: { moves, cancels } }: DecisionAnswer): string {
  const words = [
    ...(held.length > 0 ? [`held: ${held.join("; ")}`] : []),
    ...moves.map(({ machine, from, to }) => `${machine} ${from} to ${to}`),
    ...(cancels.length > 0 ? [`${cancels.length} called off`] : []),
  ];
  return words.join(", ") || "–";
}
