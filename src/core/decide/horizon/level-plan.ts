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
  /** On the way to either, by the step at whose beginning they arrive, counted round. */
  readonly coming: readonly Layers[];
  readonly leaving: readonly Layers[];
}

/** The states of two neighbouring steps and when moves are done: the same for each machine. */
export interface LevelScratch {
  readonly states: readonly [State, State];
  /** By step: when a move that begins then is done; null: none may begin. */
  readonly doneAt: readonly (number | null)[];
  /** By step: when the moves that may be under way then are done. */
  readonly underWay: readonly (readonly number[])[];
  /** Steps that the longest way takes, and one more. */
  readonly round: number;
}

/**
 * `doneAt`, by step: the one at whose beginning a move that begins then is done, null where none may begin; the first step is no
 * question, whoever asks for a plan may order. `told`: keep saved shortage and wear apart too.
 */
export function createLevelScratch(doneAt: readonly (number | null)[], told: boolean): LevelScratch {
  const ways = doneAt.map((done, step) => (done === null ? 0 : done - step));
  const longest = Math.max(...ways);
  const underWay = doneAt.map((_, step) => [
    ...new Set(
      doneAt
        .slice(Math.max(0, step - longest), step + 1)
        .filter((done): done is number => done !== null && done > step),
    ),
  ]);
  const round = longest + 1;
  const kept = told ? ALL_LAYERS : 1;
  // Views of one block: so many blocks of their own, each minute, would keep the garbage collector busy.
  const block = zeros(2 * (2 + 2 * round) * kept * NODES);
  let used = 0;
  const layer = (): Float64Array => {
    used += NODES;
    return block.subarray(used - NODES, used);
  };
  const layers = (): Layers => Array.from({ length: kept }, layer);
  const state = (): State => ({
    inRole: layers(),
    atRest: layers(),
    coming: Array.from({ length: round }, layers),
    leaving: Array.from({ length: round }, layers),
  });
  return { states: [state(), state()], doneAt, underWay, round };
}

/** Solves the i-th machine's problem backwards from the horizon. */
export function planLevel(
  lattice: Lattice,
  level: LevelCosts,
  costs: HorizonCosts,
  { states, doneAt, underWay, round }: LevelScratch,
): LevelOutcome {
  let [now, next] = states;
  const serving = { cost: level.net, saved: level.saved };
  // Lost to the rest, and serving nobody.
  const onItsWay = { cost: level.lost, saved: null };
  const atRest = { cost: null, saved: null };
  const arriving = (ways: readonly Layers[], step: number): Layers => ways[step % round] as Layers;
  for (let step = lattice.steps - 1; step >= 0; step--) {
    [now, next] = [next, now];
    // At the horizon's end nothing follows: every value there is zero.
    for (const done of underWay[step] as readonly number[]) {
      const [there, back] =
        done === step + 1 ? [next.inRole, next.atRest] : [arriving(next.coming, done), arriving(next.leaving, done)];
      follow(lattice, step, there, onItsWay, arriving(now.coming, done));
      follow(lattice, step, back, onItsWay, arriving(now.leaving, done));
    }
    follow(lattice, step, next.inRole, serving, now.inRole);
    follow(lattice, step, next.atRest, atRest, now.atRest);
    const done = doneAt[step] ?? null;
    if (step === 0 || done === null) continue;
    takeCheaper(now.inRole, arriving(now.leaving, done), costs.wear);
    takeCheaper(now.atRest, arriving(now.coming, done), costs.wear);
  }
  const first = doneAt[0] as number;
  return {
    stay: outcome(now.inRole, 0),
    leave: outcome(arriving(now.leaving, first), costs.wear),
    wait: outcome(now.atRest, 0),
    come: outcome(arriving(now.coming, first), costs.wear),
  };
}

/** What follows and, in this step, what is added to the cost and to the saved shortage. */
function follow(
  lattice: Lattice,
  step: number,
  following: Layers,
  { cost, saved }: { readonly cost: Float64Array | null; readonly saved: Float64Array | null },
  into: Layers,
): void {
  for (let layer = 0; layer < into.length; layer++) {
    const added = layer === COST ? cost : layer === SAVED ? saved : null;
    const values = into[layer] as Float64Array;
    if (step < lattice.steps - 1) expected(lattice, step, following[layer] as Float64Array, added, values);
    else if (added === null) values.fill(0);
    else values.set(added.subarray(step * NODES, (step + 1) * NODES));
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
