/** Operators, proxies and the controller's own host in mid-operation: what was begun ends safely, and nobody is lost. */
import { describe, expect, test } from "vitest";
import { modeValue } from "../../src/core/decide/mode.statechart.ts";
import type { MachineName } from "../../src/core/domain/names.ts";
import type { Override } from "../../src/core/domain/override.ts";
import { unknown } from "../../src/core/domain/reading.ts";
import {
  type FaultFarm,
  live,
  MINUTE_MS,
  outcomes,
  phase,
  said,
  servingCompile,
  servingWeb,
  startFarm,
  subject,
  until,
  untilEnded,
  untilPhase,
} from "./support/fault-farm.ts";
import { COMPILE, WEB, webDemand } from "./support/small-site.ts";

const offSent = (farm: FaultFarm): Promise<void> => until(farm, () => said(farm).length === 1);

describe("retask stop", () => {
  test.each([["draining"], ["relinking"], ["poweringOff"]])(
    "in %s, before the off: undone, as it was",
    async (state) => {
      const farm = await startFarm();
      await untilPhase(farm, state);
      farm.operator.stopped = "stop file";
      await untilEnded(farm, MINUTE_MS);
      expect([outcomes(farm), said(farm)]).toEqual([["undone"], []]);
      expect([servingWeb(farm), servingCompile(farm)]).toEqual([1, 3]);
    },
  );

  test("after the off: the machine is switched on, verified, and serves; nothing new begins", async () => {
    const farm = await startFarm();
    await offSent(farm);
    farm.operator.stopped = "stop file";
    await untilEnded(farm);
    await farm.simulation.runFor(10 * MINUTE_MS);
    expect([outcomes(farm), said(farm)]).toEqual([["done"], ["soft", "on"]]);
    expect(servingWeb(farm)).toBe(2);
  });

  test("while traffic is being taken off: undone only when that has ended, so that no machine stays drained", async () => {
    const farm = await startFarm();
    const { traffic, clock } = farm.simulation.world;
    const off = traffic.off.bind(traffic);
    traffic.off = (...args) => new Promise((resolve) => clock.after(5_000, () => void off(...args).then(resolve)));
    farm.simulation.controller.effects.idle = async () => {};
    await untilPhase(farm, "draining");
    const { name } = subject(farm).machine;
    farm.operator.stopped = "stop file";
    await untilEnded(farm, MINUTE_MS);
    await farm.simulation.runFor(MINUTE_MS);
    expect(outcomes(farm)).toEqual(["undone"]);
    expect(traffic.isServing(COMPILE, name)).toBe(true);
  });
});

test.each([["draining"], ["poweringOff"], ["poweringOn"], ["verifying"]])(
  "a pause in %s: what was begun ends, and nothing new begins",
  async (state) => {
    const farm = await startFarm();
    await untilPhase(farm, state);
    const { controller, world } = farm.simulation;
    const pause = {
      id: "o-1",
      act: { kind: "pause", scope: { kind: "pool" } },
      author: "ada",
      reason: "looking",
      createdMs: world.clock.wallMs(),
      expiresMs: world.clock.wallMs() + 24 * 60 * MINUTE_MS,
      overrideFloor: false,
    } as unknown as Override;
    controller.state = { ...controller.state, overrides: [pause] };
    farm.demand.facts = webDemand(30)();
    await untilEnded(farm);
    await farm.simulation.runFor(10 * MINUTE_MS);
    expect(modeValue(controller.state.mode).pause).toBe("paused");
    expect([outcomes(farm), servingWeb(farm)]).toEqual([["done"], 2]);
  },
);

test.each([["draining"], ["poweringOff"], ["verifying"]])(
  "advise mode in %s: what was begun ends as it should, and nothing new begins",
  async (state) => {
    const farm = await startFarm();
    await untilPhase(farm, state);
    if (state === "poweringOff") await offSent(farm);
    farm.operator.mode = "advise";
    farm.demand.facts = webDemand(30)();
    await untilEnded(farm);
    await farm.simulation.runFor(10 * MINUTE_MS);
    expect([outcomes(farm), said(farm), servingWeb(farm)]).toEqual([["done"], ["soft", "on"], 2]);
  },
);

describe("the proxies", () => {
  test("a reload loses the drain just before the off: it is told again, and drained before anything is switched off", async () => {
    const farm = await startFarm();
    const { traffic, power } = farm.simulation.world;
    const { softOff } = power;
    let drained = false;
    power.softOff = (machine, ...rest) => {
      drained = !traffic.isOn(COMPILE, machine.name);
      return softOff(machine, ...rest);
    };
    await untilPhase(farm, "poweringOff");
    const { machine } = subject(farm);
    await traffic.on(COMPILE, {}, machine);
    await untilEnded(farm);
    expect([outcomes(farm), drained]).toEqual([["done"], true]);
  });

  test("a reload loses the drain while it drains: it is told again", async () => {
    const farm = await startFarm();
    const { traffic } = farm.simulation.world;
    await untilPhase(farm, "draining");
    const { machine } = subject(farm);
    await until(farm, () => !traffic.isOn(COMPILE, machine.name));
    await traffic.on(COMPILE, {}, machine);
    await untilEnded(farm);
    expect(outcomes(farm)).toEqual(["done"]);
  });
});

test("unknown demand holds: nothing begins, and what was begun ends", async () => {
  const farm = await startFarm();
  farm.demand.facts = { demand: unknown("connection refused"), confirm: null };
  await farm.simulation.runFor(20 * MINUTE_MS);
  expect([phase(farm), servingWeb(farm), servingCompile(farm)]).toEqual(["none", 1, 3]);
  farm.demand.facts = webDemand(20)();
  await untilPhase(farm, "draining");
  farm.demand.facts = { demand: unknown("connection refused"), confirm: null };
  await untilEnded(farm);
  await farm.simulation.runFor(20 * MINUTE_MS);
  expect([outcomes(farm), servingWeb(farm)]).toEqual([["done"], 2]);
});

test("a machine that fleet.yaml no longer lets keep its role can still be drained, and leaves it", async () => {
  const farm = await startFarm();
  const { controller } = farm.simulation;
  const site = controller.configured.site();
  const builds = (name: MachineName): boolean => controller.state.machines.get(name)?.placement === COMPILE;
  const narrowed = new Map(
    [...site.machines].map(([name, machine]) => [name, builds(name) ? { ...machine, roles: [WEB] } : machine] as const),
  );
  Object.assign(controller.configured, { site: () => ({ ...site, machines: narrowed }) });
  await untilEnded(farm);
  expect([outcomes(farm), servingWeb(farm)]).toEqual([["done"], 2]);
});

describe("the controller stands still for an hour (SIGSTOP, suspend)", () => {
  test("between looking and acting: nothing is done on what it saw before", async () => {
    const farm = await startFarm();
    const { controller, world } = farm.simulation;
    await until(farm, () => phase(farm) === "relinking");
    const { saveTick } = controller.store;
    let resumedMs = Number.POSITIVE_INFINITY;
    controller.store.saveTick = async (tick) => {
      await saveTick.call(controller.store, tick);
      const stands = resumedMs === Number.POSITIVE_INFINITY && phaseOf(tick.state) === "poweringOff";
      if (!stands) return;
      world.clock.advance(60 * MINUTE_MS);
      resumedMs = world.clock.monotonicMs();
    };
    const began: number[] = [];
    const { beginIntent } = controller.store;
    controller.store.beginIntent = (intent) => {
      began.push(world.clock.monotonicMs());
      return beginIntent.call(controller.store, intent);
    };
    await untilEnded(farm, 120 * MINUTE_MS);
    expect(began).not.toContain(resumedMs);
    expect(outcomes(farm)).not.toContain("quarantined");
  });

  test("between the intent and the power-off: it is not sent, and the operation is undone", async () => {
    const farm = await startFarm();
    const { controller, world } = farm.simulation;
    await untilPhase(farm, "poweringOff");
    const { own } = world.links;
    let stood = false;
    world.links.own = (...args) => {
      const running = [...(controller.effects.facts().get(live(farm)?.id as never) ?? [])];
      if (!stood && running.some(({ effect, state }) => effect === "softOff" && state === "running")) {
        stood = true;
        world.clock.advance(60 * MINUTE_MS);
      }
      return own.apply(world.links, args);
    };
    await untilEnded(farm, 120 * MINUTE_MS);
    expect([stood, outcomes(farm), said(farm)]).toEqual([true, ["undone"], []]);
  });
});

const phaseOf = ({ operations }: { operations: ReadonlyMap<unknown, { chart: { value: unknown } }> }): unknown =>
  [...operations.values()][0]?.chart.value;
