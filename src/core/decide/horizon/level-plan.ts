/**
 * One machine's optimal switching over the lattice: in every node it stays or goes, and what is best later is known when now is
 * decided (closed loop). Costs are convex in the count, so that the plan of the pool splits into one such problem for each
 * machine, "the i-th of the role". That is exact but for one thing: machines on opposite ways at the same time could hand over
 * to each other, which pays only under extreme uncertainty, and then by tenths of a percent.
 */
import { at, zeros } from "../../forecast/vector.ts";
import type { HorizonCosts } from "./costs.ts";
import { expected, type Lattice, MIDDLE, NODES } from "./lattice.ts";
import type { LevelCosts } from "./level-costs.ts";

export interface LevelOptions {
  /** Steps that a move takes, in which the machine serves nobody. */
  readonly bootSteps: number;
  /** Whether a move may begin, by step; null: always. The first step's is not asked: whoever asks for a plan may order. */
  readonly mayOrder: readonly boolean[] | null;
}

/** What is to be expected from now on, in machine-hours compared with having no such machine. */
export interface Outcome {
  readonly cost: number;
  /** Weighted shortage that it saves, and wear; the rest of the cost is building lost. NaN unless they were asked for. */
  readonly saved: number;
  readonly wear: number;
}

/** Of a machine that serves (stay or leave), and of one that does not (wait or come). */
export interface LevelOutcome {
  readonly stay: Outcome;
  readonly leave: Outcome;
  readonly wait: Outcome;
  readonly come: Outcome;
}

/** A state's values by node: its cost, and with it, where asked for, two parts of that cost. */
type Layers = readonly Float64Array[];
const COST = 0;
const SAVED = 1;
const WEAR = 2;
const ALL_LAYERS = 3;

interface State {
  readonly inRole: Layers;
  readonly atRest: Layers;
  /** On the way to either, by the steps left. */
  readonly coming: readonly Layers[];
  readonly leaving: readonly Layers[];
}

/** The states of two neighbouring steps, used again for each machine. */
export type LevelScratch = readonly [State, State];

/** `told`: keep saved shortage and wear apart too. */
export function createLevelScratch(bootSteps: number, told: boolean): LevelScratch {
  const kept = told ? ALL_LAYERS : 1;
  // Views of one block: so many blocks of their own, each minute, would keep the garbage collector busy.
  const block = zeros(2 * (2 + 2 * (bootSteps + 1)) * kept * NODES);
  let used = 0;
  const layer = (): Float64Array => {
    used += NODES;
    return block.subarray(used - NODES, used);
  };
  const layers = (): Layers => Array.from({ length: kept }, layer);
  const state = (): State => ({
    inRole: layers(),
    atRest: layers(),
    coming: Array.from({ length: bootSteps + 1 }, layers),
    leaving: Array.from({ length: bootSteps + 1 }, layers),
  });
  return [state(), state()];
}

/** Solves the i-th machine's problem backwards from the horizon. */
export function planLevel(
  lattice: Lattice,
  level: LevelCosts,
  costs: HorizonCosts,
  { bootSteps, mayOrder }: LevelOptions,
  scratch: LevelScratch,
): LevelOutcome {
  const may = (step: number): boolean => step === 0 || (step > 0 && (mayOrder?.[step] ?? true));
  let [now, next] = scratch;
  for (let step = lattice.steps - 1; step >= 0; step--) {
    [now, next] = [next, now];
    // At the horizon's end nothing follows: every value there is zero.
    for (let left = bootSteps; left > 0; left--) {
      // Only a move that may have begun so long ago can be under way.
      if (!may(step - (bootSteps - left))) continue;
      const last = left === 1;
      travel(lattice, level, step, last ? next.inRole : (next.coming[left - 1] as Layers), now.coming[left] as Layers);
      travel(
        lattice,
        level,
        step,
        last ? next.atRest : (next.leaving[left - 1] as Layers),
        now.leaving[left] as Layers,
      );
    }
    serve(lattice, level, step, next.inRole, now.inRole);
    rest(lattice, step, next.atRest, now.atRest);
    if (step > 0 && may(step)) {
      takeCheaper(now.inRole, now.leaving[bootSteps] as Layers, costs.wear);
      takeCheaper(now.atRest, now.coming[bootSteps] as Layers, costs.wear);
    }
  }
  return {
    stay: outcome(now.inRole, 0),
    leave: outcome(now.leaving[bootSteps] as Layers, costs.wear),
    wait: outcome(now.atRest, 0),
    come: outcome(now.coming[bootSteps] as Layers, costs.wear),
  };
}

function rest(lattice: Lattice, step: number, following: Layers, into: Layers): void {
  for (let layer = 0; layer < into.length; layer++) {
    const values = into[layer] as Float64Array;
    if (step === lattice.steps - 1) values.fill(0);
    else expected(lattice, step, following[layer] as Float64Array, values);
  }
}

/** A machine on its way is lost to the rest and serves nobody. */
function travel(lattice: Lattice, level: LevelCosts, step: number, following: Layers, into: Layers): void {
  rest(lattice, step, following, into);
  addStep(into[COST] as Float64Array, level.lost, step, 1);
}

function serve(lattice: Lattice, level: LevelCosts, step: number, following: Layers, into: Layers): void {
  travel(lattice, level, step, following, into);
  addStep(into[COST] as Float64Array, level.saved, step, -1);
  const saved = into[SAVED];
  if (saved !== undefined) addStep(saved, level.saved, step, 1);
}

function addStep(values: Float64Array, costs: Float64Array, step: number, sign: number): void {
  const base = step * NODES;
  for (let node = 0; node < NODES; node++) {
    values[node] = (values[node] as number) + sign * (costs[base + node] as number);
  }
}

/** In the nodes where a move costs less than staying, its values stand. */
function takeCheaper(stay: Layers, move: Layers, wear: number): void {
  const [stayCost, moveCost] = [stay[COST] as Float64Array, move[COST] as Float64Array];
  for (let node = 0; node < NODES; node++) {
    if ((moveCost[node] as number) + wear >= (stayCost[node] as number)) continue;
    for (let layer = 0; layer < stay.length; layer++) {
      const worn = layer === SAVED ? 0 : wear;
      (stay[layer] as Float64Array)[node] = at(move[layer] as Float64Array, node) + worn;
    }
  }
}

function outcome(values: Layers, wear: number): Outcome {
  const middle = (layer: number): number => {
    const found = values[layer];
    return found === undefined ? Number.NaN : (found[MIDDLE] as number);
  };
  return { cost: middle(COST) + wear, saved: middle(SAVED), wear: middle(WEAR) + wear };
}
