/** A farm that writes down every move that begins, and what tests of overrides ask it. */
import { machineName, type Placement, type RoleName } from "../../../src/core/domain/names.ts";
import type { PlannedMove } from "../../../src/core/domain/plan.ts";
import { type Bench, type BenchOptions, startBench } from "../../unit/http/support/bench.ts";

export const MINUTE_MS = 60_000;
/** Enough for one machine's whole way: drain, off, on, boot, warm. */
export const ONE_MOVE_MS = 12 * MINUTE_MS;
export const SESSIONS_FOR_12 = 570;
const STEP_MS = 5_000;

export interface WatchedBench extends Bench {
  /** Every move that began, oldest first. */
  readonly begun: readonly PlannedMove[];
}

export async function watchedBench(options: BenchOptions = {}): Promise<WatchedBench> {
  const begun: PlannedMove[] = [];
  const bench = await startBench({ ...options, watchers: [{ onBegin: (moves) => void begun.push(...moves) }] });
  return { ...bench, begun };
}

export const run = ({ simulation }: Bench, ms: number): Promise<void> => simulation.runFor(ms, STEP_MS);

export const placementOf = ({ controller }: Bench, name: string): Placement | null =>
  controller.state.machines.get(machineName(name))?.placement ?? null;

export const healthyIn = ({ controller }: Bench, role: RoleName): number =>
  controller.last?.decision.roles.get(role)?.counts.forFloor ?? -1;

/** Why the plan does not do what it should about this machine or role. */
export async function notDone({ get }: Bench, subject: string): Promise<string> {
  const { body } = await get("/v1/plan");
  const about = (body.notDone as { subject: string; why: string }[]).filter((one) => one.subject === subject);
  return about.map(({ why }) => why).join("; ");
}
