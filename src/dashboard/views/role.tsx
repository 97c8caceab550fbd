/** One role explained: why it has what it has, and why not more. */
import { openAction } from "../actions/open-actions.ts";
import type { PoolStatus, RoleAnswer } from "../data/answers.ts";
import { AheadTable } from "../parts/ahead-table.tsx";
import { Facts } from "../parts/facts.tsx";
import { NotDoneTable } from "../parts/not-done.tsx";
import { OverrideLines } from "../parts/override-lines.tsx";
import { shortBy } from "../parts/roles-table.tsx";
import { Section } from "../parts/section.tsx";
import { Timeline } from "../timeline/timeline.tsx";
import { machines } from "../words.ts";

interface RoleProps {
  readonly name: string;
  readonly status: PoolStatus;
  readonly query: URLSearchParams;
}

export function RoleView({ name, status, query }: RoleProps) {
  const role = status.roles.find((one) => one.role === name);
  if (role === undefined) return <p class="waiting">There is no role {name} in the policies.</p>;
  const overrides = status.overrides.filter(({ act }) =>
    act.kind === "pause"
      ? act.scope.kind === "pool" || (act.scope.kind === "role" && act.scope.role === name)
      : ("role" in act && act.role === name) || (act.kind === "forceMachine" && act.to === name),
  );
  return (
    <>
      <div class="view-head">
        <h1>
          Role {name} <span class="dim">{role.state}</span>
        </h1>
        <RoleActions role={role} overrides={overrides} />
      </div>
      <Section
        title={shortBy(role) > 0 ? `Why is ${name} short of ${shortBy(role)}?` : `Why does ${name} have what it has?`}
      >
        <Summary role={role} />
        <ol class="chain">
          {role.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ol>
        <OverrideLines overrides={overrides} nowMs={status.atMs} />
      </Section>
      <Section title="Not done for it, and why">
        <NotDoneTable
          notDone={status.notDone.filter(({ subject }) => subject === name || subject === "pool")}
          nowMs={status.atMs}
        />
      </Section>
      {role.wanted.ahead !== undefined && (
        <Section title="Machines in question">
          <AheadTable ahead={role.wanted.ahead} />
        </Section>
      )}
      <Timeline query={query} only={name} />
      <p>
        <a href={`#/?role=${name}`}>Its machines</a> · <a href="#/decisions">Earlier decisions</a> ·{" "}
        <a href={`#/rollouts/${name}`}>Its roll-out</a>
      </p>
    </>
  );
}

function Summary({ role }: { readonly role: RoleAnswer }) {
  const { counts, wanted, permitted, desired, floor } = role;
  return (
    <Facts
      facts={[
        ["Demand", role.demandText],
        ["Wanted", wanted.hungry ? "the rest" : (wanted.count ?? "unknown")],
        ["Permitted", `${permitted.min} to ${machines(permitted.max)}`],
        ["Desired", machines(desired)],
        ["Serving", `${counts.capacity} as capacity, ${counts.forFloor} for the floor of ${floor}`],
        ["On the way", `${counts.arriving} arriving, ${counts.leaving} leaving`],
      ]}
    />
  );
}

function RoleActions({ role, overrides }: { readonly role: RoleAnswer; readonly overrides: PoolStatus["overrides"] }) {
  const scope = { kind: "role", role: role.role } as const;
  const isPaused = overrides.some(({ act }) => act.kind === "pause" && act.scope.kind === "role");
  return (
    <div class="actions">
      <button type="button" onClick={() => openAction.set({ kind: isPaused ? "resume" : "pause", scope })}>
        {isPaused ? "Resume" : "Pause"}
      </button>
      <button type="button" onClick={() => openAction.set({ kind: "forceRole", role: role.role, count: role.desired })}>
        Force
      </button>
    </div>
  );
}
