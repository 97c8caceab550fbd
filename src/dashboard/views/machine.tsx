/** One machine: what it is and why, what to do when it is unwell, where it goes, and where it was. */
import { nextSteps } from "../../core/domain/next-steps.ts";
import { openAction } from "../actions/open-actions.ts";
import { isTicking, type MachineAnswer } from "../data/answers.ts";
import { useBox } from "../data/box.ts";
import { live } from "../data/live.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Facts } from "../parts/facts.tsx";
import { RoleLink } from "../parts/links.tsx";
import { factsOf } from "../parts/machine-facts.tsx";
import { NotDoneTable } from "../parts/not-done.tsx";
import { Phase } from "../parts/operations.tsx";
import { OverrideLines } from "../parts/override-lines.tsx";
import { Failed, Section } from "../parts/section.tsx";
import { StateMark } from "../parts/state-mark.tsx";
import { Table } from "../parts/table.tsx";
import { duration, fullMoment, median } from "../words.ts";

export function MachineView({ name }: { readonly name: string }) {
  const { data: machine, error } = useAnswer<MachineAnswer>(`v1/machines/${encodeURIComponent(name)}`, 1_000);
  const status = useBox(live.status);
  if (machine === null) return error === null ? <p class="waiting">Asking …</p> : <Failed error={error} />;
  const nowMs = isTicking(status) ? status.atMs : 0;
  const pool = isTicking(status) ? status : { overrides: [], notDone: [], operations: [] };
  const overrides = pool.overrides.filter(
    ({ act }) =>
      ((act.kind === "pin" || act.kind === "forceMachine" || act.kind === "maintain") && act.machine === name) ||
      (act.kind === "pause" && act.scope.kind === "machine" && act.scope.machine === name),
  );
  const operation = pool.operations.find((one) => one.machine === name);
  const steps = nextSteps(machine);
  return (
    <>
      <div class="view-head">
        <h1>
          Machine {name} <StateMark state={machine.standing?.kind ?? "unknown"} />
        </h1>
        <MachineActions machine={machine} overrides={overrides} />
      </div>
      <Failed error={error} />
      {steps.length > 0 && (
        <Section title="What to do next">
          <ol class="chain">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </Section>
      )}
      <Section title="Now">
        {operation !== undefined && (
          <p>
            <RoleLink name={operation.from} /> to <RoleLink name={operation.to} />:{" "}
            <Phase phase={operation.phase} phaseMs={operation.phaseMs} /> {operation.waitsFor}
          </p>
        )}
        <Facts facts={factsOf(machine, nowMs)} />
        <OverrideLines overrides={overrides} nowMs={nowMs} />
      </Section>
      <Boots bootMs={machine.recorded?.bootMs ?? []} />
      <Section title="Not done, and why">
        <NotDoneTable notDone={pool.notDone.filter(({ subject }) => subject === name)} nowMs={nowMs} />
      </Section>
      <History history={machine.history} />
    </>
  );
}

interface MachineActionsProps {
  readonly machine: MachineAnswer;
  readonly overrides: Parameters<typeof OverrideLines>[0]["overrides"];
}

function MachineActions({ machine: { name, roles, recorded, standing }, overrides }: MachineActionsProps) {
  const scope = { kind: "machine", machine: name } as const;
  const has = (kind: string): boolean => overrides.some(({ act }) => act.kind === kind);
  return (
    <div class="actions">
      {recorded?.quarantine != null && (
        <button type="button" class="main" onClick={() => openAction.set({ kind: "unquarantine", machine: name })}>
          Release
        </button>
      )}
      <button
        type="button"
        onClick={() =>
          openAction.set({
            kind: "forceMachine",
            machine: name,
            roles: roles.filter((role) => role !== standing?.placement),
          })
        }
      >
        Force
      </button>
      {!has("pin") && (
        <button type="button" onClick={() => openAction.set({ kind: "pin", machine: name })}>
          Pin
        </button>
      )}
      {!has("pause") && (
        <button type="button" onClick={() => openAction.set({ kind: "pause", scope })}>
          Pause
        </button>
      )}
    </div>
  );
}

function Boots({ bootMs }: { readonly bootMs: readonly number[] }) {
  const usual = median(bootMs);
  return (
    <Section title="Boots">
      {usual === null ? (
        <p class="empty">retask has not seen it boot yet.</p>
      ) : (
        <p>
          The last {bootMs.length}, newest last: {bootMs.map(duration).join(", ")}; usually {duration(usual)}.
        </p>
      )}
    </Section>
  );
}

const History = ({ history }: Pick<MachineAnswer, "history">) => (
  <Section title="History">
    <Table
      label="Operations that have ended"
      columns={["Ended", "Way", "Outcome", "Took", "Why"]}
      isEmpty={history.length === 0}
      empty="retask has not re-tasked it yet."
    >
      {history.map((one) => (
        <tr key={one.id}>
          <th scope="row">{fullMoment(one.endedMs)}</th>
          <td>
            {one.from} to {one.to}
          </td>
          <td class={one.outcome === "quarantined" ? "bad" : undefined}>{one.outcome}</td>
          <td>{duration(one.endedMs - one.startedMs)}</td>
          <td class="wide">{one.why === one.reason ? one.why : `${one.why}; begun because ${one.reason}`}</td>
        </tr>
      ))}
    </Table>
  </Section>
);
