/**
 * How statecharts are driven here: purely. A chart's whole state is a small JSON value that the store keeps; a step takes
 * it and an event and gives the next. No actor ever lives, so nothing that a restart could re-run: restoring a live actor
 * would fire an in-flight `invoke` again, and that is a second power command.
 */
import {
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  createMachine,
  type EventFromLogic,
  initialTransition,
} from "xstate";
import type { z } from "zod";
import type { ChartSnapshot } from "./operation.ts";

export interface Chart<Machine extends AnyStateMachine> {
  /** Raised whenever a stored state of an older program would mean something else. */
  readonly version: number;
  readonly machine: Machine;
  readonly context: z.ZodType;
}

const forbidden = (): never => {
  throw new Error("a chart only decides: its actions may assign, and nothing else");
};
/**
 * Where a step runs, one for all, since it does nothing. xstate's own `transition` makes an actor for each step, and the actor
 * first works out its machine's initial state: that is more work than the step.
 */
const self = createActor(createMachine({}));
const INERT: AnyActorScope = {
  self,
  system: self.system,
  id: "",
  sessionId: "",
  logger: forbidden,
  defer: forbidden,
  emit: forbidden,
  stopChild: forbidden,
  actionExecutor: forbidden,
};

export function begin<Machine extends AnyStateMachine>(chart: Chart<Machine>, input?: unknown): ChartSnapshot {
  const [snapshot] = initialTransition(chart.machine, input as never);
  return persisted(chart, snapshot);
}

export function step<Machine extends AnyStateMachine>(
  chart: Chart<Machine>,
  from: ChartSnapshot,
  event: EventFromLogic<Machine>,
): ChartSnapshot {
  return persisted(chart, chart.machine.transition(resolved(chart, from), event, INERT));
}

/** What xstate makes of a snapshot, for as long as the program runs: a third of a step would go into making it anew. */
const resolutions = new WeakMap<ChartSnapshot, AnyMachineSnapshot>();

function resolved({ machine }: Chart<AnyStateMachine>, from: ChartSnapshot): AnyMachineSnapshot {
  const known = resolutions.get(from);
  return known?.machine === machine ? known : machine.resolveState(from as never);
}

function persisted(chart: Chart<AnyStateMachine>, snapshot: AnyMachineSnapshot): ChartSnapshot {
  const { value, context } = snapshot as { value: unknown; context: unknown };
  const kept = { version: chart.version, value, context };
  resolutions.set(kept, snapshot);
  return kept;
}

/** Whether a stored snapshot is one that this program can go on from; the reason when it is not. */
export function checkSnapshot(chart: Chart<AnyStateMachine>, stored: ChartSnapshot): string | null {
  if (stored.version !== chart.version) return `chart version ${stored.version}, this program knows ${chart.version}`;
  const context = chart.context.safeParse(stored.context);
  if (!context.success) return `its context does not fit: ${context.error.issues[0]?.message ?? "unknown"}`;
  try {
    chart.machine.resolveState(stored as never);
    return null;
  } catch (error) {
    return `unknown state: ${String(error)}`;
  }
}
