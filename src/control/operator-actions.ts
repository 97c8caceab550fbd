/** What an operator may say: each action is checked, stored and audited before it answers, and so are refusals (S12). */
import type { Machine } from "../core/domain/fleet.ts";
import { isRole, type MachineName, type OverrideId } from "../core/domain/names.ts";
import type { Override, OverrideAct } from "../core/domain/override.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Site } from "../core/domain/site.ts";
import { type AdoptionRow, adopt, adoptionTable } from "../core/operate/adopt.ts";
import type { Controller } from "./controller.ts";

/** Who asks, and from where: `http 127.0.0.1`, `cli`. */
export interface Asker {
  readonly author: string;
  readonly from: string;
}

export type ActionResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ActionCode; readonly why: string };

export type ActionCode =
  | "RTK_UNKNOWN_MACHINE"
  | "RTK_UNKNOWN_ROLE"
  | "RTK_NOT_ELIGIBLE"
  | "RTK_BAD_EXPIRY"
  | "RTK_BAD_COUNT"
  | "RTK_UNKNOWN_OVERRIDE"
  | "RTK_NOT_QUARANTINED"
  | "RTK_STILL_SICK"
  | "RTK_NOT_OBSERVED"
  | "RTK_DRY_RUN";

export interface OverrideRequest {
  readonly act: OverrideAct;
  readonly reason: string;
  readonly expiresMs: number;
  readonly overrideFloor: boolean;
}

/** An override that nobody remembers is worse than none. */
const LONGEST_OVERRIDE_MS = 366 * 86_400_000;

interface Change<T> {
  readonly action: string;
  readonly why: string;
  readonly apply: (state: PoolState) => ActionResult<{ readonly state: PoolState; readonly value: T }>;
  /** What the audit log keeps of the state before and after. */
  readonly show: (state: PoolState) => unknown;
}

async function change<T>(controller: Controller, asker: Asker, request: Change<T>): Promise<ActionResult<T>> {
  return controller.exclusively(async () => {
    const { store, world } = controller;
    const before = controller.state;
    const result: ActionResult<{ state: PoolState; value: T }> = controller.dryRun
      ? { ok: false, code: "RTK_DRY_RUN", why: "a dry run changes nothing" }
      : request.apply(before);
    const atMs = world.clock.wallMs();
    const after = result.ok ? result.value.state : before;
    if (result.ok) await store.saveTick({ state: after, finished: [], decision: null, demand: new Map(), atMs });
    controller.state = after;
    await store.audit({
      atMs,
      who: asker.author,
      from: asker.from,
      action: request.action,
      why: request.why,
      before: request.show(before),
      after: request.show(after),
      refused: result.ok ? null : `${result.code}: ${result.why}`,
    });
    if (!result.ok) return result;
    controller.logger.info({ who: asker.author, from: asker.from, why: request.why }, request.action);
    controller.wake();
    return { ok: true, value: result.value.value };
  });
}

/** Sets a pause, a pin or a force. One with the same aim replaces the older one. */
export function setOverride(controller: Controller, asker: Asker, request: OverrideRequest) {
  const nowMs = controller.world.clock.wallMs();
  const override: Override = {
    id: `${aimOf(request.act)}-${nowMs.toString(36)}` as OverrideId,
    ...request,
    author: asker.author,
    createdMs: nowMs,
  };
  return change<Override>(controller, asker, {
    action: `set ${aimOf(request.act)}`,
    why: request.reason,
    show: showOverrides,
    apply: (state) => {
      const wrong = refusal(request, controller.configured.site(), nowMs);
      if (wrong !== null) return wrong;
      const others = state.overrides.filter(({ act }) => aimOf(act) !== aimOf(request.act));
      return { ok: true, value: { state: { ...state, overrides: [...others, override] }, value: override } };
    },
  });
}

/** Ends every override with this aim: `pause-pool`, `pin-m07`, `force-m07`, `force-web`. */
export function endOverride(controller: Controller, asker: Asker, aim: string, why: string) {
  return change<readonly Override[]>(controller, asker, {
    action: `end ${aim}`,
    why,
    show: showOverrides,
    apply: (state) => {
      const ended = state.overrides.filter(({ act, id }) => aimOf(act) === aim || id === aim);
      if (ended.length === 0) return { ok: false, code: "RTK_UNKNOWN_OVERRIDE", why: `there is no ${aim} in force` };
      const overrides = state.overrides.filter((override) => !ended.includes(override));
      return { ok: true, value: { state: { ...state, overrides }, value: ended } };
    },
  });
}

/** Lets a machine out of quarantine, as what it now is; refused while it is nothing that retask could count on. */
export function unquarantine(controller: Controller, asker: Asker, name: MachineName, why: string) {
  return change<AdoptionRow>(controller, asker, {
    action: `unquarantine ${name}`,
    why,
    show: (state) => state.machines.get(name)?.quarantine ?? null,
    apply: (state) => {
      const record = state.machines.get(name);
      if (record === undefined) return unknownMachine(name);
      if (record.quarantine === null)
        return { ok: false, code: "RTK_NOT_QUARANTINED", why: `${name} is not in quarantine` };
      const observation = controller.last?.observation;
      const site = controller.configured.site();
      const row = observation && adoptionTable(site, observation, new Map()).find(({ machine }) => machine === name);
      if (row === undefined) return { ok: false, code: "RTK_NOT_OBSERVED", why: `${name} was not observed yet` };
      if (row.placement === null) {
        const advice = "power it on, off, or run `retask links --repair`, and try again";
        return { ok: false, code: "RTK_STILL_SICK", why: `${name}: ${row.why}; ${advice}` };
      }
      const machines = new Map(state.machines);
      machines.set(name, { ...record, quarantine: null, placement: row.placement, image: row.image });
      return { ok: true, value: { state: { ...state, machines }, value: row } };
    },
  });
}

/** Reads every unadopted machine's BMC once, and says what adopting would record. Waits for the slowest of them. */
export async function probeAdoption(controller: Controller): Promise<ActionResult<readonly AdoptionRow[]>> {
  const observation = controller.last?.observation;
  if (observation === undefined) return { ok: false, code: "RTK_NOT_OBSERVED", why: "no tick has ended yet" };
  const site = controller.configured.site();
  const { power } = controller.observer;
  const machines = [...site.machines.values()];
  if (!controller.dryRun) await Promise.all(machines.map((machine) => readTwice(controller, machine)));
  const guids = new Map<MachineName, string>();
  for (const { name } of machines) {
    const enrolment = await power.enrolment(name);
    if (enrolment !== null) guids.set(name, enrolment.guid);
  }
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

/** Records what the table says; from then on retask acts, where retask.yaml says `auto`. */
export function adoptFleet(controller: Controller, asker: Asker, rows: readonly AdoptionRow[], why: string) {
  return change<{ readonly adopted: number; readonly strays: number }>(controller, asker, {
    action: "adopt",
    why,
    show: (state) => [...state.machines].filter(([, { adopted }]) => adopted).map(([name]) => name),
    apply: (state) => {
      const observation = controller.last?.observation;
      if (observation === undefined) return { ok: false, code: "RTK_NOT_OBSERVED", why: "no tick has ended yet" };
      const strays = rows.filter(({ placement }) => placement === null).length;
      const value = { adopted: rows.length - strays, strays };
      return { ok: true, value: { state: adopt(state, rows, observation), value } };
    },
  });
}

/** What an override is about; two with the same aim can't both hold. */
export function aimOf(act: OverrideAct): string {
  switch (act.kind) {
    case "pause":
      return act.scope.kind === "pool"
        ? "pause-pool"
        : `pause-${act.scope.kind === "role" ? act.scope.role : act.scope.machine}`;
    case "pin":
      return `pin-${act.machine}`;
    case "forceMachine":
      return `force-${act.machine}`;
    case "forceCount":
      return `force-${act.role}`;
  }
}

const showOverrides = (state: PoolState): unknown =>
  state.overrides.map(({ id, author, expiresMs }) => ({ id, author, expiresMs }));

const unknownMachine = (name: string) =>
  ({ ok: false, code: "RTK_UNKNOWN_MACHINE", why: `there is no machine ${name} in fleet.yaml` }) as const;

/** Nothing ever means "all" by being empty: each name must exist (S3). */
function refusal(
  { act, expiresMs }: OverrideRequest,
  site: Site,
  nowMs: number,
): (ActionResult<never> & { ok: false }) | null {
  if (expiresMs <= nowMs || expiresMs > nowMs + LONGEST_OVERRIDE_MS) {
    return { ok: false, code: "RTK_BAD_EXPIRY", why: "the expiry must lie in the future, at most a year ahead" };
  }
  const machine =
    "machine" in act ? act.machine : act.kind === "pause" && act.scope.kind === "machine" ? act.scope.machine : null;
  const entry = machine === null ? undefined : site.machines.get(machine);
  if (machine !== null && entry === undefined) return unknownMachine(machine);

  const role =
    act.kind === "forceCount" ? act.role : act.kind === "pause" && act.scope.kind === "role" ? act.scope.role : null;
  if (role !== null && !site.policies.has(role)) {
    return { ok: false, code: "RTK_UNKNOWN_ROLE", why: `there is no role ${role} in the policies` };
  }
  if (act.kind === "forceCount" && act.count > site.machines.size) {
    return { ok: false, code: "RTK_BAD_COUNT", why: `the pool has ${site.machines.size} machines` };
  }
  if (act.kind === "forceMachine" && isRole(act.to) && entry !== undefined && !entry.roles.includes(act.to)) {
    const why = `${act.machine} may only be ${entry.roles.join(", ")} (fleet.yaml, roles)`;
    return { ok: false, code: "RTK_NOT_ELIGIBLE", why };
  }
  return null;
}
