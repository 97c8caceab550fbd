/** A pool of six web machines in two racks, with a roll-out of web.2 begun; and what some of them run since. */
import { imageName, type MachineName, machineName, roleName } from "../../../src/core/domain/names.ts";
import type { PoolState } from "../../../src/core/domain/pool-state.ts";
import type { Reading } from "../../../src/core/domain/reading.ts";
import type { HealthFacts, Rollout } from "../../../src/core/domain/rollout.ts";
import { beginRollout, type RolloutRequest } from "../../../src/core/rollout/begin-rollout.ts";
import type { RolloutPremises } from "../../../src/core/rollout/survey.ts";
import { buildPool, imageOf, type MachineSpec, type PoolSpec } from "../support/pool.ts";

export const WEB = roleName("web");
export const OLD = imageOf("web");
export const NEW = imageName("web.2");
export const QUERY = 'errors{machine=~"{machines}"}';
export const POLICY = { demand: { series: "sessions", perMachine: 55 }, health: [{ query: QUERY, below: 0.5 }] };

export const six = (given: MachineSpec = { in: "web" }): Record<string, MachineSpec> =>
  Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`m0${n}`, { domains: { rack: `r${n % 2}` }, ...given }] as const));

const withBoots = (state: PoolState): PoolState => ({
  ...state,
  machines: new Map([...state.machines].map(([name, record]) => [name, { ...record, bootId: `boot-${name}` }])),
});

export function premisesOf(spec: Partial<PoolSpec> = {}): RolloutPremises {
  const policies = { web: POLICY, compile: { demand: "rest" } };
  const { site, state, observation } = buildPool({ policies, machines: six(), ...spec });
  const images = new Map(observation.images).set(NEW, WEB);
  return { site, state: withBoots(state), observation: { ...observation, images } };
}

export const request = (given: Partial<RolloutRequest> = {}): RolloutRequest => ({
  role: WEB,
  image: NEW,
  canaries: 1,
  soakMs: 60_000,
  wavesPercent: [50, 100],
  author: "ada",
  reason: "test",
  ...given,
});

export function begun(premises: RolloutPremises, given: Partial<RolloutRequest> = {}): Rollout {
  const result = beginRollout(request(given), premises);
  if (!result.ok) throw new Error(result.why);
  return result.rollout;
}

/** The same pool, once these machines run the new image. */
export function renewed(premises: RolloutPremises, names: readonly string[]): RolloutPremises {
  const machines = new Map(premises.state.machines);
  for (const name of names) {
    const before = machines.get(machineName(name));
    if (before !== undefined) machines.set(machineName(name), { ...before, image: NEW });
  }
  return { ...premises, state: { ...premises.state, machines } };
}

/** What Prometheus answers about these; `others` null: there are none. */
export function answered(
  premises: RolloutPremises,
  asked: { readonly canaries: readonly MachineName[]; readonly others: readonly MachineName[] },
  readings: { readonly canaries: Reading; readonly others: Reading | null },
): RolloutPremises {
  const facts: HealthFacts = { asked, answers: [{ query: QUERY, below: 0.5, ...readings }] };
  return { ...premises, observation: { ...premises.observation, health: new Map([[WEB, facts]]) } };
}
