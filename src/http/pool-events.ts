/** What the event stream tells: every tick, every step of an operation, and that something was changed. */
import type { ConfigurationKeeper } from "../control/configuration/keeper.ts";
import type { Controller, Tick, Watcher } from "../control/controller.ts";
import { modeValue } from "../core/decide/mode.statechart.ts";
import type { FinishedOperation } from "../core/domain/operation.ts";
import { stateOf } from "../core/operate/operation.statechart.ts";
import { rolloutState } from "../core/rollout/rollout.statechart.ts";
import { storageStateOf } from "../core/storage/storage.statechart.ts";
import type { EventRing } from "./event-ring.ts";
import { healthView } from "./health-view.ts";
import { finishedView, operationViews } from "./views.ts";

export const CHANGES = ["override", "mode", "quarantine", "configuration", "adoption", "rollout", "storage"] as const;
type What = (typeof CHANGES)[number];

export class PoolEvents implements Watcher {
  private readonly ring: EventRing;
  private readonly keeper: ConfigurationKeeper | null;
  /** Of each live operation, its phase when it was last told. */
  private phases = new Map<string, string>();
  /** Told only once the tick that ended them can be asked for. */
  private finished: FinishedOperation[] = [];
  private before: Record<What, string>;

  constructor(ring: EventRing, controller: Controller, keeper: ConfigurationKeeper | null) {
    this.ring = ring;
    this.keeper = keeper;
    this.before = fingerprints(controller, keeper);
  }

  onFinished(finished: FinishedOperation): void {
    this.finished.push(finished);
  }

  onChange(controller: Controller): void {
    this.noteChanges(controller);
    this.noteOperations(controller);
  }

  onTick({ observation, plan }: Tick, controller: Controller): void {
    this.onChange(controller);
    for (const finished of this.finished.splice(0)) this.ring.add("operation", finishedView(finished));
    const { health } = healthView(controller, this.keeper?.status() ?? null);
    this.ring.add("tick", { atMs: observation.wallMs, planId: plan.id, health });
  }

  private noteOperations(controller: Controller): void {
    const phases = new Map<string, string>();
    for (const { id, chart } of controller.state.operations.values()) phases.set(id, stateOf(chart));
    const changed = new Set([...phases].filter(([id, phase]) => this.phases.get(id) !== phase).map(([id]) => id));
    this.phases = phases;
    if (changed.size === 0) return;
    for (const view of operationViews(controller)) if (changed.has(view.id)) this.ring.add("operation", view);
  }

  private noteChanges(controller: Controller): void {
    const { before } = this;
    const now = fingerprints(controller, this.keeper);
    this.before = now;
    const atMs = controller.world.clock.wallMs();
    for (const what of CHANGES) if (before[what] !== now[what]) this.ring.add("change", { what, atMs });
  }
}

/** What differs when one of them was changed, and only then. */
function fingerprints({ state }: Controller, keeper: ConfigurationKeeper | null): Record<What, string> {
  const quarantined: string[] = [];
  let adopted = 0;
  for (const [name, record] of state.machines) {
    if (record.quarantine !== null) quarantined.push(name);
    if (record.adopted) adopted += 1;
  }
  const configuration = keeper?.status();
  return {
    override: state.overrides.map(({ id }) => id).join(" "),
    mode: Object.values(modeValue(state.mode)).join(" "),
    quarantine: quarantined.join(" "),
    configuration: JSON.stringify([
      configuration?.inForceDigest,
      configuration?.pending?.digest,
      configuration?.problems,
      configuration?.restartNeeded,
    ]),
    adoption: `${state.adopted} ${adopted}`,
    rollout: state.rollouts
      .map(({ role, startedMs, chart }) => `${role} ${startedMs} ${rolloutState(chart)}`)
      .join(" "),
    storage: [...state.storage].map(([server, chart]) => `${server} ${storageStateOf(chart)}`).join(" "),
  };
}
