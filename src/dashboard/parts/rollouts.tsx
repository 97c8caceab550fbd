/** Roll-outs, a row each: what is rolled out, how far it has come, why it stopped, and what can be done about it. */
import { openAction } from "../actions/open-actions.ts";
import type { RolloutAnswer } from "../data/answers.ts";
import { addressOf } from "../route.ts";
import { duration } from "../words.ts";
import { RoleLink } from "./links.tsx";
import { Table } from "./table.tsx";

interface RolloutsTableProps {
  readonly rollouts: readonly RolloutAnswer[];
}

export const RolloutsTable = ({ rollouts }: RolloutsTableProps) => (
  <Table
    label="Roll-outs"
    columns={["Role", "What", "Phase", "Machines", "Because", "Order"]}
    isEmpty={rollouts.length === 0}
    empty="No roll-out was ever begun here."
  >
    {rollouts.map((rollout) => (
      <tr key={rollout.role}>
        <th scope="row">
          <RoleLink name={rollout.role} />
        </th>
        <td>
          <a href={addressOf("rollouts", rollout.role)}>{rollout.what}</a>
        </td>
        <td>
          <RolloutPhase rollout={rollout} />
        </td>
        <td>{progressWords(rollout)}</td>
        <td class="wide">{rollout.why}</td>
        <td>
          <RolloutActions rollout={rollout} />
        </td>
      </tr>
    ))}
  </Table>
);

const CLASSES: Readonly<Partial<Record<RolloutAnswer["state"], string>>> = {
  paused: "warn",
  stopping: "bad",
  rollingBack: "bad",
  rolledBack: "bad",
  stopped: "bad",
};

export function RolloutPhase({ rollout }: { readonly rollout: RolloutAnswer }) {
  const { state, stateText, stage, soakMs, soakedMs, endedMs } = rollout;
  const soak = state === "soaking" ? ` ${duration(soakedMs)} of ${duration(soakMs)}` : "";
  return (
    <span>
      <span class={CLASSES[state]}>
        {stateText}
        {soak}
      </span>
      {endedMs === null && (
        <span class="dim"> ({stage.number === 0 ? "canaries" : `wave ${stage.number} of ${stage.last}`})</span>
      )}
    </span>
  );
}

export const progressWords = ({ renewed, old }: RolloutAnswer): string =>
  `${renewed.length} of ${renewed.length + old.length} booted anew`;

const CAN_PAUSE: ReadonlySet<RolloutAnswer["state"]> = new Set(["canary", "wave", "soaking", "promoting"]);

/** None once it is over, or on its way back. */
export function RolloutActions({ rollout }: { readonly rollout: RolloutAnswer }) {
  const { role, state, image } = rollout;
  const isPaused = state === "paused";
  if (!isPaused && !CAN_PAUSE.has(state)) return null;
  const pauses = isPaused ? "resumeRollout" : "pauseRollout";
  const aborts = { kind: "abortRollout", role, hasWayBack: image !== null } as const;
  return (
    <div class="actions">
      <button type="button" onClick={() => openAction.set({ kind: pauses, role })}>
        {isPaused ? "Resume" : "Pause"} <span class="unseen">the roll-out of {role}</span>
      </button>
      <button type="button" onClick={() => openAction.set(aborts)}>
        Abort <span class="unseen">the roll-out of {role}</span>
      </button>
    </div>
  );
}
