/** What an operator decides about machines: to adopt the fleet as it is, and to let a machine out of quarantine. */
import type { Machine } from "../core/domain/fleet.ts";
import type { MachineName } from "../core/domain/names.ts";
import type { MachineFacts, Observation } from "../core/domain/observation.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Site } from "../core/domain/site.ts";
import { describeDuration } from "../core/domain/units.ts";
import { type AdoptionRow, adopt, adoptionTable } from "../core/operate/adopt.ts";
import type { Controller } from "./controller.ts";
import { type ActionResult, type Applied, type Asker, changeState, type Refused } from "./operator-change.ts";

export const NOT_OBSERVED: Refused = { ok: false, code: "RTK_NOT_OBSERVED", why: "no tick has ended yet" };

/** Lets a machine out of quarantine, as what it now is; refused while it is nothing that retask could count on. */
export function unquarantine(controller: Controller, asker: Asker, name: MachineName, why: string) {
  return changeState<AdoptionRow>(controller, asker, {
    action: `unquarantine ${name}`,
    why,
    show: (state) => state.machines.get(name)?.quarantine ?? null,
    apply: (state) => released(controller, state, name),
  });
}

/** The state with this machine out of quarantine, as what it was last seen to be. */
export function released(controller: Controller, state: PoolState, name: MachineName): Applied<AdoptionRow> {
  const record = state.machines.get(name);
  if (record === undefined) {
    return { ok: false, code: "RTK_UNKNOWN_MACHINE", why: `there is no machine ${name} in fleet.yaml` };
  }
  if (record.quarantine === null)
    return { ok: false, code: "RTK_NOT_QUARANTINED", why: `${name} is not in quarantine` };
  if (controller.last === null) return NOT_OBSERVED;
  const site = controller.configured.site();
  const observation = withoutOldNews(site, controller.last.observation);
  const rows = adoptionTable(site, observation, new Map());
  const row = rows.find(({ machine }) => machine === name);
  if (row === undefined) return { ok: false, code: "RTK_NOT_OBSERVED", why: `${name} was not observed yet` };
  if (row.placement === null) {
    const advice = "power it on, off, or run `retask links --repair`, and try again";
    return { ok: false, code: "RTK_STILL_SICK", why: `${name}: ${row.why}; ${advice}` };
  }
  const { placement, image } = row;
  const beacon = observation.machines.get(name)?.beacon;
  // The boot that brought it back is known with this; it is no reboot of its own.
  const bootId = beacon?.kind === "heard" ? beacon.report.bootId : record.bootId;
  const machines = new Map(state.machines).set(name, { ...record, quarantine: null, placement, image, bootId });
  return { ok: true, value: { state: { ...state, machines }, value: row } };
}

/**
 * A beacon counts as news for two ticks, as it does for the floor: what a machine said before it died or was switched off
 * says nothing about what it is now.
 */
function withoutOldNews(site: Site, observation: Observation): Observation {
  const fresh = ({ beacon, ...facts }: MachineFacts): MachineFacts => {
    if (beacon.kind === "silent" || beacon.ageMs <= 2 * site.timing.tickMs) return { beacon, ...facts };
    return { ...facts, beacon: { kind: "silent", why: `last heard ${describeDuration(beacon.ageMs)} ago` } };
  };
  const machines = new Map([...observation.machines].map(([name, facts]) => [name, fresh(facts)]));
  return { ...observation, machines };
}

const probing = new WeakMap<Controller, Promise<ActionResult<readonly AdoptionRow[]>>>();

/**
 * Reads every unadopted machine's BMC once, and says what adopting would record. Waits for the slowest of them; who asks
 * meanwhile gets the same answer, for BMCs are slow and easily overrun.
 */
export function probeAdoption(controller: Controller): Promise<ActionResult<readonly AdoptionRow[]>> {
  const running = probing.get(controller);
  if (running !== undefined) return running;
  const started = probe(controller).finally(() => probing.delete(controller));
  probing.set(controller, started);
  return started;
}

async function probe(controller: Controller): Promise<ActionResult<readonly AdoptionRow[]>> {
  if (controller.last === null) return NOT_OBSERVED;
  const site = controller.configured.site();
  const { power } = controller.observer;
  const machines = [...site.machines.values()];
  if (!controller.dryRun) await Promise.all(machines.map((machine) => readTwice(controller, machine)));
  const guids = new Map<MachineName, string>();
  for (const { name } of machines) {
    const enrolment = await power.enrolment(name);
    if (enrolment !== null) guids.set(name, enrolment.guid);
  }
  // What was seen while the BMCs took their time, not before.
  const observation = withoutOldNews(site, controller.last.observation);
  const facts = new Map(
    [...observation.machines].map(([name, seen]) => [name, { ...seen, power: power.fact(name) }] as const),
  );
  return { ok: true, value: adoptionTable(site, { ...observation, machines: facts }, guids) };
}

/** One reading of off proves nothing, and a cold spare is adopted because it is off. */
async function readTwice(controller: Controller, machine: Machine): Promise<void> {
  const { power } = controller.observer;
  if (controller.state.machines.get(machine.name)?.adopted === true) return;
  await power.read(machine);
  if (power.fact(machine.name).kind === "off") await power.read(machine);
}

/** How many machines are adopted now that were not before, and how many stay strays. */
export interface Adopted {
  readonly adopted: number;
  readonly strays: number;
}

/** Records what the table says; from then on retask acts, where retask.yaml says `auto`. */
export interface AdoptionAim {
  readonly rows: readonly AdoptionRow[];
  /** So many machines the operator saw; the fleet may have changed since. */
  readonly expect?: number | undefined;
}

export function adoptFleet(controller: Controller, asker: Asker, { rows, expect }: AdoptionAim, why: string) {
  return changeState<Adopted>(controller, asker, {
    action: "adopt",
    why,
    show: adoptedIn,
    apply: (state) => {
      const observation = controller.last?.observation;
      if (observation === undefined) return NOT_OBSERVED;
      const after = adopt(state, rows, observation);
      const adopted = adoptedIn(after).length;
      if (adopted === 0) {
        const sick = "every machine is a stray; the table says why, machine by machine";
        return { ok: false, code: "RTK_NOTHING_TO_ADOPT", why: sick };
      }
      const added = adopted - adoptedIn(state).length;
      if (expect !== undefined && added !== expect) {
        const changed = `the fleet has changed: ${added} machines would be adopted now, not ${expect}; look again`;
        return { ok: false, code: "RTK_ADOPTION_CHANGED", why: changed };
      }
      const strays = controller.configured.site().machines.size - adopted;
      return { ok: true, value: { state: after, value: { adopted: added, strays } } };
    },
  });
}

const adoptedIn = (state: PoolState): MachineName[] =>
  [...state.machines].filter(([, { adopted }]) => adopted).map(([name]) => name);
