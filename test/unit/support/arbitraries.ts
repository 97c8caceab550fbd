/** Random pools for laws: any mix of roles, machines in any condition, operations, orders, readings and limits. */
import fc from "fast-check";
import { type MachineName, machineName, type RoleName, roleName, SPARE } from "../../../src/core/domain/names.ts";
import type { DemandFacts } from "../../../src/core/domain/observation.ts";
import type { Direction, Override, OverrideAct } from "../../../src/core/domain/override.ts";
import type { Failure, Spend } from "../../../src/core/domain/pool-state.ts";
import { atLeast, known, type Reading, unknown } from "../../../src/core/domain/reading.ts";
import type { ScheduleFact } from "../../../src/core/domain/schedule.ts";
import { imageOf, type MachineSpec, NOW_MS, type PoolSpec } from "./pool.ts";
import { order } from "./ticks.ts";

const ROLES = ["api", "compile", "web"];
const rare = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 14, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

/** Leaves out what is undefined: an absent key and an undefined one are not the same. */
const present = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };

const domains = fc.record({ rack: fc.constantFrom("r1", "r2", "r3"), pdu: fc.constantFrom("p1", "p2") });

const machineSpec: fc.Arbitrary<MachineSpec> = fc
  .record({
    in: fc.constantFrom(...ROLES, ...ROLES, ...ROLES, ...ROLES, SPARE, "gone"),
    to: rare(fc.constantFrom(...ROLES, SPARE)),
    at: fc.constantFrom("preflight", "draining", "relinking", "poweringOff", "poweringOn", "warming", "undoing"),
    off: fc.boolean(),
    uptimeS: fc.constantFrom(60, 1_900, 10_000, 86_400),
    beaconAgeMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 30_000, 90_000),
    silent: rare(fc.constant(true)),
    jobs: maybe(fc.nat(5)),
    domains,
    roles: rare(fc.subarray(ROLES, { minLength: 1 })),
    capacity: rare(fc.constantFrom(0.5, 2)),
    status: rare(fc.constant("retiring" as const)),
    adopted: rare(fc.constant(false)),
    quarantine: rare(fc.constant("did not come up")),
    unmanageable: rare(fc.constant("RTK_BMC_AUTH")),
    startedMs: fc.integer({ min: NOW_MS - 600_000, max: NOW_MS }),
  })
  .map((given) => present({ ...given, off: given.off && given.in === SPARE }));

const machineNames = Array.from({ length: 14 }, (_, index) => machineName(`m${String(index + 1).padStart(2, "0")}`));
const anyMachine = fc.constantFrom(...machineNames);
const anyRole = fc.constantFrom(...ROLES.map(roleName));

const policyOf = (role: string): fc.Arbitrary<object> => {
  const demands: object[] = [{ series: "load", perMachine: 50, confirm: "other" }, { distcc: { perMachine: "slots" } }];
  return fc
    .record({
      demand: role === "compile" ? fc.constantFrom<unknown>("rest", ...demands) : fc.constant(demands[0]),
      floor: fc.nat(4),
      max: maybe(fc.integer({ min: 4, max: 12 })),
      step: maybe(fc.integer({ min: 1, max: 3 })),
      raised: maybe(fc.nat(8)),
      blind: fc.constantFrom("hold", "grow"),
      shortageCost: fc.constantFrom(1, 10, 20),
      cool: fc.constantFrom("0s", "20s"),
      up: fc.constantFrom("0s", "20s"),
      down: fc.constantFrom("0s", "20s"),
    })
    .map(({ demand, floor, max, step, raised, blind, shortageCost, ...hold }) => {
      const schedule = { opens: "0 7 * * *", for: "1h", timezone: "UTC" };
      const raiseFloor = raised === undefined ? undefined : [{ ...schedule, floor: raised }];
      return { demand, machines: present({ floor, max, step, raiseFloor }), blind, shortageCost, hold };
    });
};

const reading: fc.Arbitrary<Reading> = fc.oneof(
  { weight: 6, arbitrary: fc.nat(400).map(known) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 1e300, 80_000).map((value) => ({ kind: "known" as const, value })) },
  { weight: 1, arbitrary: fc.nat(60).map((value) => atLeast(value, "every slot is busy")) },
  { weight: 1, arbitrary: fc.constant(unknown("no series")) },
);
const demandFacts: fc.Arbitrary<DemandFacts> = fc.record({ demand: reading, confirm: fc.option(reading) });

const anyDemand = fc.record(Object.fromEntries(ROLES.map((role) => [role, demandFacts])));

const fact = (open: boolean): ScheduleFact =>
  open
    ? { open, nextOpenMs: NOW_MS + 86_400_000, closesMs: NOW_MS + 60_000 }
    : { open, nextOpenMs: NOW_MS + 60_000, closesMs: null };

const act: fc.Arbitrary<OverrideAct> = fc.oneof(
  anyMachine.map((machine) => ({ kind: "pin" as const, machine })),
  fc.tuple(anyMachine, fc.constantFrom(...ROLES, SPARE)).map(([machine, to]) => forceMachine(machine, to)),
  fc.tuple(anyRole, fc.nat(14)).map(([role, count]) => ({ kind: "forceCount" as const, role, count })),
  fc
    .tuple(anyRole, fc.nat(14), fc.nat(6))
    .map(([role, min, more]) => ({ kind: "forceRange" as const, role, min, max: min + more })),
  fc.tuple(anyRole, fc.nat(14)).map(([role, floor]) => ({ kind: "forceFloor" as const, role, floor })),
  fc
    .tuple(anyRole, fc.constantFrom<Direction>("in", "out", "both"))
    .map(([role, direction]): OverrideAct => ({ kind: "pause", scope: { kind: "role", role }, direction })),
  anyMachine.map((machine): OverrideAct => ({ kind: "pause", scope: { kind: "machine", machine }, direction: "both" })),
);
const forceMachine = (machine: MachineName, to: string): OverrideAct => {
  const place = to === SPARE ? SPARE : (to as RoleName);
  return { kind: "forceMachine", machine, to: place };
};
const override: fc.Arbitrary<Override> = fc
  .tuple(act, fc.boolean(), fc.constantFrom(NOW_MS - 1, NOW_MS + 60_000, NOW_MS + 60_000))
  .map(([given, overrideFloor, expiresMs]) => order(given, { overrideFloor, expiresMs }));

const spend: fc.Arbitrary<Spend> = fc
  .tuple(anyMachine, fc.nat(3_700_000))
  .map(([machine, ageMs]) => ({ operation: `${machine}-old` as Spend["operation"], machine, domains: {}, ageMs }));
const failure: fc.Arbitrary<Failure> = fc
  .tuple(anyMachine, fc.constantFrom("r1", "r2", null), fc.constantFrom(...ROLES), fc.nat(3_700_000), fc.boolean())
  .map(([machine, rack, role, ageMs, overcome]) => {
    return { machine, image: imageOf(role), rack, effect: null, why: "late", ageMs, overcome };
  });

const limits = fc.record({
  atOnce: fc.constantFrom(2, 4, "50%", "100%"),
  perHour: fc.constantFrom(3, 6, "100%"),
  perDomain: fc.constantFrom({}, { rack: 1, pdu: 3 }, { rack: 2 }),
  dwell: fc.constantFrom("0s", "30m", "30m"),
  reserve: fc.constantFrom({}, { machines: 2 }),
});

/** One tick's pool: the roles api, compile and web, and machines in them, in none, or in one that has vanished. */
export const poolSpec: fc.Arbitrary<PoolSpec> = fc
  .record({
    fleet: fc.array(machineSpec, { minLength: 1, maxLength: machineNames.length }),
    policies: fc.record(Object.fromEntries(ROLES.map((role) => [role, policyOf(role)]))),
    demand: anyDemand,
    limits,
    overrides: fc.array(override, { maxLength: 2 }),
    spent: fc.array(spend, { maxLength: 2 }),
    failures: fc.array(failure, { maxLength: 3 }),
    raised: fc.boolean(),
    freeze: rare(fc.constant(true)),
    window: rare(fc.boolean()),
    deltaMs: fc.constantFrom(1_000, 10_000, 30_000),
  })
  .map(({ fleet, raised, freeze, window, limits: given, ...spec }) => ({
    ...spec,
    machines: Object.fromEntries(fleet.map((machine, index) => [machineNames[index] ?? "", machine])),
    raisedFloors: Object.fromEntries(ROLES.map((role) => [role, [fact(raised)]])),
    freezes: freeze ? [fact(true)] : [],
    windows: window === undefined ? [] : [fact(window)],
    limits: {
      ...given,
      windows: window === undefined ? [] : [{ opens: "0 * * * *", for: "10m", timezone: "UTC" }],
    },
  }));

/** Several ticks over one pool: only readings and time change, as they do from tick to tick; mostly not even those. */
export const poolTicks: fc.Arbitrary<readonly PoolSpec[]> = fc
  .tuple(
    poolSpec,
    fc.array(fc.record({ demand: rare(anyDemand), deltaMs: fc.constantFrom(1_000, 10_000, 30_000) }), { maxLength: 4 }),
  )
  .map(([spec, later]) => {
    const ticks = [spec];
    for (const { demand, deltaMs } of later) ticks.push({ ...(ticks.at(-1) ?? spec), ...present({ demand }), deltaMs });
    return ticks;
  });
