/** Roll-outs: of each role the one under way, or its last one; and one of them whole, machine by machine. */
import type { RolloutAnswer, RolloutsAnswer } from "../data/answers.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Facts } from "../parts/facts.tsx";
import { MachineLink } from "../parts/links.tsx";
import { progressWords, RolloutActions, RolloutPhase, RolloutsTable } from "../parts/rollouts.tsx";
import { Failed, Section } from "../parts/section.tsx";
import { duration, fullMoment } from "../words.ts";

/** `role` null: all of them. */
export function RolloutView({ role }: { readonly role: string | null }) {
  const { data, error } = useAnswer<RolloutsAnswer>("v1/rollouts", 1_000);
  if (data === null) return error === null ? <p class="waiting">Asking …</p> : <Failed error={error} />;
  if (role === null) {
    return (
      <>
        <h1>Roll-outs</h1>
        <Failed error={error} />
        <RolloutsTable rollouts={data.rollouts} />
      </>
    );
  }
  const rollout = data.rollouts.find((one) => one.role === role);
  if (rollout === undefined) return <p class="waiting">No roll-out of {role} was ever begun here.</p>;
  return (
    <>
      <div class="view-head">
        <h1>
          {role}: {rollout.what}
        </h1>
        <RolloutActions rollout={rollout} />
      </div>
      <Failed error={error} />
      <Whole rollout={rollout} />
    </>
  );
}

function Whole({ rollout }: { readonly rollout: RolloutAnswer }) {
  const { why, previous, canaries, wavesPercent, soakMs, author, reason, startedMs, endedMs } = rollout;
  const { renewed, old, left, stage } = rollout;
  const waves = wavesPercent.map((share) => `${share} %`).join(", ");
  return (
    <>
      <Section title="Now">
        <Facts
          facts={[
            ["Phase", <RolloutPhase key="phase" rollout={rollout} />],
            ...(why === null ? [] : ([["Because", why]] as const)),
            ["Machines", progressWords(rollout)],
            ["Canaries", <Names key="canaries" names={[...renewed, ...stage.pending].slice(0, canaries)} />],
            [
              "In phases",
              `${canaries} first, then ${waves} of the role; ${duration(soakMs)} of good health after each`,
            ],
            ...(previous === null ? [] : ([["Goes back to", previous]] as const)),
            ["Begun", `${fullMoment(startedMs)} by ${author}: ${reason}`],
            ...(endedMs === null ? [] : ([["Ended", fullMoment(endedMs)]] as const)),
          ]}
        />
      </Section>
      <Section title="Booted anew">
        <Names names={renewed} />
      </Section>
      <Section title="Still to boot, in this order">
        <Names names={old} />
      </Section>
      {left.length > 0 && (
        <Section title="Passed over">
          <ul>
            {left.map(({ machine, why: reason }) => (
              <li key={machine}>
                <MachineLink name={machine} />: {reason}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** More would fill the screen, and say no more. */
const MOST_NAMES = 200;

function Names({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return <span class="empty">none</span>;
  return (
    <span>
      {names.slice(0, MOST_NAMES).map((name, index) => (
        <span key={name}>
          {index > 0 && ", "}
          <MachineLink name={name} />
        </span>
      ))}
      {names.length > MOST_NAMES && ` and ${names.length - MOST_NAMES} more`}
    </span>
  );
}
