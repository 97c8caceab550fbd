/**
 * The horizon plan of one measured role against the rest: how many machines it should have, those on their way included, and
 * for each machine that was in question the figures that decided.
 */
import { exceedance } from "../../forecast/forecast.ts";
import { at } from "../../forecast/vector.ts";
import { leastGain as leastGainOf, type Parts, partsOf } from "./costs.ts";
import type { HorizonInput } from "./input.ts";
import { buildLattice, type Lattice } from "./lattice.ts";
import { createLevelCosts, levelCosts, type RestUse } from "./level-costs.ts";
import { createLevelScratch, type LevelOutcome, planLevel } from "./level-plan.ts";
import { restUseOf } from "./rest-use.ts";
import { horizonShape, horizonSteps } from "./shape.ts";

/** One machine in question: the i-th of the role, to leave it or to come. Costs in machine-hours over the horizon. */
export interface MarginalRow {
  readonly machine: number;
  readonly move: "leave" | "come";
  /** Until a move that is decided now would be done, waiting for the moves before it included. */
  readonly inMinutes: number;
  /** The probability that it is needed at the time when a move begun now would be done. */
  readonly neededProbability: number;
  readonly moveNow: Parts;
  readonly moveLaterOrNever: Parts;
  /** cost(moveLaterOrNever) − cost(moveNow): the move is made where this is above the least gain, here or for one of a later wave. */
  readonly advantage: number;
  readonly chosen: boolean;
}

export interface HorizonPlan {
  /** Machines for the role, those on their way included. */
  readonly count: number;
  /** The machines in question, in the order in which they were: all but the last are moved, the last is the runner-up. */
  readonly rows: readonly MarginalRow[];
  /** What a move had to save to be made, machine-hours. */
  readonly leastGain: number;
}

/** Waves of moves after the last that pays, in which none does: nobody looks further. */
const LAST_WAVES = 2;

/**
 * The advantage of a move only falls from machine to machine, so the walk ends at the first that does not pay: from the present
 * count down while leaving pays, else up while coming does. Where limits let the moves go in waves, a machine of a later wave
 * arrives as many times later, and may pay where an earlier one would do to wait: then that one goes, too.
 */
export function planHorizon(input: HorizonInput, told = true): HorizonPlan {
  const solver = createSolver(input, told);
  const { leastGain } = solver;
  const rows: MarginalRow[] = [];
  let { serving } = input;
  while (serving > 0) {
    const row = rowOf(input, serving, "leave", solver);
    rows.push(row);
    if (!row.chosen) break;
    serving -= 1;
  }
  const count = serving + input.arriving;
  if (serving < input.serving) return { count, rows, leastGain };
  const coming = comingRows(input, count, told, solver);
  const last = coming.findLastIndex(({ chosen }) => chosen);
  const come = coming.slice(0, last + 2).map((row, at) => ({ ...row, chosen: at <= last }));
  return { count: count + last + 1, rows: [...rows, ...come], leastGain };
}

/** `firstWave` solves at the usual boot time. */
function comingRows(input: HorizonInput, count: number, told: boolean, firstWave: Solver): MarginalRow[] {
  const atOnce = Math.max(1, input.atOnce ?? Number.POSITIVE_INFINITY);
  const most = Math.min(input.pool, count + input.available);
  const rows: MarginalRow[] = [];
  /** Machines that do not pay by themselves and go if one of a later wave does: all but the first are worked out only then. */
  let passed: (() => MarginalRow)[] = [];
  let wave = 0;
  let idleWaves = 0;
  for (let first = count; first < most && idleWaves < LAST_WAVES; ) {
    wave += 1;
    // Those that are on their way already take up the first places.
    const places = wave === 1 ? Math.max(0, atOnce - input.arriving) : atOnce;
    if (places === 0) continue;
    if (wave > 1 && isNeverNeeded(input, first + 1)) break;
    const inWave = { ...input, bootMinutes: wave * input.bootMinutes };
    const solver = wave === 1 ? firstWave : createSolver(inWave, told);
    const paid = rows.length;
    let pays = true;
    for (const end = Math.min(most, first + places); first < end; first += 1) {
      const machine = first + 1;
      const rowNow = (): MarginalRow => rowOf(inWave, machine, "come", solver);
      const row: MarginalRow | null = pays ? rowNow() : null;
      if (row?.chosen === true) {
        rows.push(...passed.map((make) => make()), row);
        passed = [];
        continue;
      }
      // Within a wave the advantage only falls.
      pays = false;
      passed.push(row === null ? rowNow : () => row);
    }
    idleWaves = rows.length > paid ? 0 : idleWaves + 1;
  }
  return [...rows, ...passed.slice(0, 1).map((row) => row())];
}

/** By no lead's law does demand reach the machine: nor does it any later one's. */
function isNeverNeeded({ forecast: { leads, offset }, perMachine }: HorizonInput, machine: number): boolean {
  const reached = Math.log((machine - 1) * perMachine + offset);
  return leads.every(({ mean, scale, law }) => mean + scale * at(law.bins, law.bins.length - 1) <= reached);
}

interface Solver {
  readonly leastGain: number;
  readonly solve: (machine: number) => LevelOutcome;
}

function createSolver(input: HorizonInput, told: boolean): Solver {
  const { forecast, perMachine, costs, bootMinutes, orders } = input;
  const shape = horizonSteps(horizonShape(bootMinutes, orders));
  const lattice: Lattice = buildLattice(forecast, { starts: shape.starts, perMachine });
  const level = createLevelCosts(lattice);
  const restUse: RestUse | null = restUseOf(input, shape);
  const scratch = createLevelScratch(shape.doneAt, told);
  const solve = (machine: number): LevelOutcome => {
    levelCosts(lattice, costs, machine, restUse, level);
    return planLevel(lattice, level, costs, scratch);
  };
  return { leastGain: leastGainOf(costs, lattice.minutes[0] as number), solve };
}

function rowOf(
  { forecast, perMachine, bootMinutes }: HorizonInput,
  machine: number,
  move: "leave" | "come",
  { solve, leastGain }: Solver,
): MarginalRow {
  const { stay, leave, wait, come } = solve(machine);
  const [now, later] = move === "leave" ? [leave, stay] : [come, wait];
  const advantage = later.cost - now.cost;
  return {
    machine,
    move,
    inMinutes: bootMinutes,
    neededProbability: exceedance(forecast, bootMinutes + 1, (machine - 1) * perMachine),
    moveNow: partsOf(now),
    moveLaterOrNever: partsOf(later),
    advantage,
    chosen: advantage > leastGain,
  };
}
