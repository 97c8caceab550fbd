/**
 * The horizon plan of one measured role against the rest: how many machines it should have, those on their way included, and
 * for each machine that was in question the figures that decided.
 */
import { exceedance } from "../../forecast/forecast.ts";
import { type Parts, partsOf } from "./costs.ts";
import type { HorizonInput } from "./input.ts";
import { buildLattice, type Lattice } from "./lattice.ts";
import { createLevelCosts, levelCosts, type RestUse } from "./level-costs.ts";
import { createLevelScratch, type LevelOptions, type LevelOutcome, planLevel } from "./level-plan.ts";
import { restUseOf } from "./rest-use.ts";
import { horizonShape } from "./shape.ts";

/** One machine in question: the i-th of the role, to leave it or to come. Costs in machine-hours over the horizon. */
export interface MarginalRow {
  readonly machine: number;
  readonly move: "leave" | "come";
  /** The probability that it is needed at the time when a move begun now would be done. */
  readonly neededProbability: number;
  readonly moveNow: Parts;
  readonly moveLaterOrNever: Parts;
  /** cost(moveLaterOrNever) − cost(moveNow): the move is made where this is above zero. */
  readonly advantage: number;
  readonly chosen: boolean;
}

export interface HorizonPlan {
  /** Machines for the role, those on their way included. */
  readonly count: number;
  /** The machines in question, in the order in which they were: all but the last are moved, the last is the runner-up. */
  readonly rows: readonly MarginalRow[];
}

/**
 * The advantage of a move only falls from machine to machine, so the walk ends at the first that does not pay: from the present
 * count down while leaving pays, else up while coming does.
 */
export function planHorizon(input: HorizonInput, told = true): HorizonPlan {
  const solve = solver(input, told);
  const rows: MarginalRow[] = [];
  let { serving } = input;
  while (serving > 0) {
    const row = rowOf(input, serving, "leave", solve(serving));
    rows.push(row);
    if (!row.chosen) break;
    serving -= 1;
  }
  let count = serving + input.arriving;
  if (serving < input.serving) return { count, rows };
  const most = Math.min(input.pool, count + input.available);
  while (count < most) {
    const row = rowOf(input, count + 1, "come", solve(count + 1));
    rows.push(row);
    if (!row.chosen) break;
    count += 1;
  }
  return { count, rows };
}

function solver(input: HorizonInput, told: boolean): (machine: number) => LevelOutcome {
  const { forecast, perMachine, costs, bootMinutes, orders } = input;
  const shape = horizonShape(bootMinutes, orders);
  const lattice: Lattice = buildLattice(forecast, { ...shape, perMachine });
  const level = createLevelCosts(lattice);
  const restUse: RestUse | null = restUseOf(input, shape);
  const options: LevelOptions = shape;
  const scratch = createLevelScratch(shape.bootSteps, told);
  return (machine) => {
    levelCosts(lattice, costs, machine, restUse, level);
    return planLevel(lattice, level, costs, options, scratch);
  };
}

function rowOf(
  { forecast, perMachine, bootMinutes }: HorizonInput,
  machine: number,
  move: "leave" | "come",
  { stay, leave, wait, come }: LevelOutcome,
): MarginalRow {
  const [now, later] = move === "leave" ? [leave, stay] : [come, wait];
  const advantage = later.cost - now.cost;
  return {
    machine,
    move,
    neededProbability: exceedance(forecast, bootMinutes + 1, (machine - 1) * perMachine),
    moveNow: partsOf(now),
    moveLaterOrNever: partsOf(later),
    advantage,
    chosen: advantage > 0,
  };
}
