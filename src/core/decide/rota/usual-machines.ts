/**
 * Machines of unequal capacity in the rota. It plans usual machines, which are all alike: a role's machines count as what they
 * carry together, rounded down, and a planned count becomes machines again by `machinesFor`, the smallest first, so that it suffices
 * whichever of them leave. What a plan leaves unchanged stays unchanged, whatever was rounded. Where all capacities are 1 nothing is
 * converted at all.
 */
import { type Carriers, machinesFor } from "../wanted.ts";

/** Floating point: ten machines of 0.1 are one. */
const ROUNDING = 1e-9;

type Capacities = Pick<Carriers, "own" | "others">;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Usual machines that these capacities carry. */
export const usualMachines = (capacities: readonly number[]): number => Math.floor(sum(capacities) + ROUNDING);

/** Machines for a planned count of usual ones. */
export const machinesForUsual = (usual: number, { own, others }: Capacities): number =>
  usual === usualMachines(own) ? own.length : machinesFor(usual, { own, others });

/** The least planned count that gives so many machines: what a floor or a minimum of machines is to the rota. */
export function leastUsual(machines: number, { own, others }: Capacities): number {
  if (machines <= 0) return 0;
  const before = [...own].sort((a, b) => a - b).slice(0, machines - 1);
  // One more machine comes with the first usual machine that those before it don't carry.
  const more = machines - 1 - before.length;
  const carried = sum(before) + more * meanOf(others.length > 0 ? others : own);
  const usual = Math.floor(carried + ROUNDING) + 1;
  return machines <= own.length ? Math.min(usual, usualMachines(own)) : usual;
}

/** The greatest planned count that gives no more than so many machines. */
export const mostUsual = (machines: number, capacities: Capacities): number => leastUsual(machines + 1, capacities) - 1;

const meanOf = (values: readonly number[]): number => (values.length === 0 ? 1 : sum(values) / values.length);
