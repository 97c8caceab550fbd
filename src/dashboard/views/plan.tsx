/** The plan: the moves that retask would make, or makes, and in advise mode the proposals, to be applied one by one or all. */
import { useState } from "preact/hooks";
import { openAction } from "../actions/open-actions.ts";
import type { PlanAnswer, PoolStatus, RotaAnswer } from "../data/answers.ts";
import { useAnswer } from "../data/use-answer.ts";
import { MachineLink, RoleLink } from "../parts/links.tsx";
import { NotDoneTable } from "../parts/not-done.tsx";
import { RotaTable } from "../parts/rota-table.tsx";
import { Failed, Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";

export function PlanView({ status }: { readonly status: PoolStatus }) {
  const { data: plan, error } = useAnswer<PlanAnswer>("v1/plan", 1_000);
  const rota = useAnswer<RotaAnswer>("v1/rota", 60_000);
  if (plan === null) return error === null ? <p class="waiting">Asking …</p> : <Failed error={error} />;
  const isAdvising = status.mode === "advise";
  return (
    <>
      <h1>
        Plan <code class="dim">{plan.id}</code>
      </h1>
      <Failed error={error} />
      <Section title={isAdvising ? "Proposals" : "Moves"}>
        <p class="dim">
          {isAdvising
            ? "retask only advises: nothing of this happens until somebody applies it."
            : "retask does this by itself, as far as limits allow."}
        </p>
        <Moves plan={plan} canApply={isAdvising && status.adopted} />
        {plan.cancels.map(({ operation, reason }) => (
          <p key={operation}>
            {operation} is called off: {reason}
          </p>
        ))}
      </Section>
      <Section title="Not done, and why">
        <NotDoneTable notDone={plan.notDone} nowMs={plan.atMs} />
      </Section>
      <Section title="The coming hours">
        {rota.data === null ? <p class="empty">There is no rota yet.</p> : <RotaTable rota={rota.data} />}
      </Section>
    </>
  );
}

interface MovesProps {
  readonly plan: PlanAnswer;
  readonly canApply: boolean;
}

function Moves({ plan, canApply }: MovesProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const all = plan.moves.map(({ machine }) => machine as string);
  const picked = all.filter((machine) => chosen.has(machine));
  const apply = (names: readonly string[]): void => {
    const moves = plan.moves.filter(({ machine }) => names.includes(machine));
    openAction.set({ kind: "apply", planId: plan.id, moves });
  };
  const pick = (machine: string, isPicked: boolean): void => {
    const next = new Set(chosen);
    if (isPicked) next.add(machine);
    else next.delete(machine);
    setChosen(next);
  };
  return (
    <>
      <Table
        label={canApply ? "Proposals" : "Moves"}
        columns={[...(canApply ? ["Choose"] : []), "Machine", "Way", "Because", ...(canApply ? ["Apply"] : [])]}
        isEmpty={all.length === 0}
        empty="There is nothing to move."
      >
        {plan.moves.map(({ machine, from, to, reason }) => (
          <tr key={machine}>
            {canApply && (
              <td>
                <input
                  type="checkbox"
                  aria-label={`Choose ${machine}`}
                  checked={chosen.has(machine)}
                  onChange={(event) => pick(machine, event.currentTarget.checked)}
                />
              </td>
            )}
            <th scope="row">
              <MachineLink name={machine} />
            </th>
            <td>
              <RoleLink name={from} /> to <RoleLink name={to} />
            </td>
            <td class="wide">{reason}</td>
            {canApply && (
              <td>
                <button type="button" onClick={() => apply([machine])}>
                  Apply <span class="unseen">{machine}</span>
                </button>
              </td>
            )}
          </tr>
        ))}
      </Table>
      {canApply && all.length > 1 && (
        <div class="actions">
          <button type="button" class="main" onClick={() => apply(picked.length > 0 ? picked : all)}>
            {picked.length > 0 ? `Apply the ${picked.length} chosen` : `Apply all ${all.length}`}
          </button>
        </div>
      )}
    </>
  );
}
