/** The fault matrix, rows about machines, BMCs and what booting needs: one re-tasking each, broken at its worst moment. */
import { setImmediate as later } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { imageName } from "../../src/core/domain/names.ts";
import type { MemoryBootLinks } from "../../src/simulation/memory-boot-links.ts";
import type { BmcReply } from "../../src/world/ports.ts";
import {
  type FaultFarm,
  MINUTE_MS,
  outcomes,
  phase,
  record,
  restart,
  said,
  servingCompile,
  servingWeb,
  startFarm,
  subject,
  until,
  untilEnded,
  untilPhase,
} from "./support/fault-farm.ts";
import { COMPILE, WEB } from "./support/small-site.ts";

const DEAD: BmcReply & { ok: false } = { ok: false, code: "RTK_BMC_UNREACHABLE", why: "no answer" };
const dead = async () => DEAD;
const killBmcs = ({ simulation: { world } }: FaultFarm) =>
  Object.assign(world.power, { status: dead, identify: dead, softOff: dead, hardOff: dead, on: dead, enrol: dead });

describe("the boot server", () => {
  test("down before anything began: nothing begins", async () => {
    const farm = await startFarm();
    farm.simulation.world.bootServer.probe = async () => ({ ok: false, why: "no TFTP answer" });
    await farm.simulation.runFor(10 * MINUTE_MS);
    expect([phase(farm), servingCompile(farm)]).toEqual(["none", 3]);
  });

  test.each([["poweringOn"], ["verifying"]])(
    "down in %s: it waits, quarantines nothing, and goes on",
    async (state) => {
      const farm = await startFarm();
      const { world } = farm.simulation;
      const { links } = world.links as MemoryBootLinks;
      await untilPhase(farm, state);
      const { name } = subject(farm).machine;
      const { probe } = world.bootServer;
      const link = links.get(name);
      // The machine's ROM gets no answer either.
      links.delete(name);
      world.bootServer.probe = async () => ({ ok: false, why: "no TFTP answer" });
      await farm.simulation.runFor(60 * MINUTE_MS, 5_000);
      expect([phase(farm), outcomes(farm)]).toEqual([state, []]);

      if (link !== undefined) links.set(name, link);
      world.bootServer.probe = probe;
      await untilEnded(farm);
      expect(outcomes(farm)).toEqual(["done"]);
      expect(servingWeb(farm)).toBe(2);
    },
  );
});

describe("the BMC", () => {
  test("dead in mid-drain: undone, unmanageable, and the machine serves on", async () => {
    const farm = await startFarm();
    await untilPhase(farm, "draining");
    const machine = subject(farm);
    killBmcs(farm);
    await untilEnded(farm);
    expect(outcomes(farm)).toEqual(["undone"]);
    await farm.simulation.runFor(20 * MINUTE_MS, 10_000);
    expect(record(farm, machine)).toMatchObject({
      quarantine: null,
      unmanageable: expect.stringContaining("RTK_BMC_UNREACHABLE"),
    });
    expect([servingWeb(farm), servingCompile(farm)]).toEqual([1, 3]);
    expect(said(farm)).toEqual([]);
  });

  test("dead at the very power-off, which takes it seconds to say: undone all the same", async () => {
    const farm = await startFarm();
    const { world } = farm.simulation;
    await untilPhase(farm, "poweringOff");
    const machine = subject(farm);
    world.power.softOff = () => new Promise((resolve) => world.clock.after(12_000, () => resolve(DEAD)));
    farm.simulation.controller.effects.idle = async () => {};
    await untilEnded(farm);
    expect(outcomes(farm)).toEqual(["undone"]);
    expect(record(farm, machine).quarantine).toBeNull();
    expect(servingCompile(farm)).toBe(3);
  });

  test("dead after the soft off: quarantined, with the reason", async () => {
    const farm = await startFarm();
    await until(farm, () => said(farm).length === 1);
    const machine = subject(farm);
    killBmcs(farm);
    await untilEnded(farm);
    expect(outcomes(farm)).toEqual(["quarantined"]);
    expect(record(farm, machine).quarantine?.why).toBe("did not switch off: no answer");
  });

  test("busy for half a minute after the soft off: no machine is lost for that", async () => {
    const farm = await startFarm();
    const { power, clock } = farm.simulation.world;
    await until(farm, () => said(farm).length === 1);
    const { status } = power;
    const backMs = clock.monotonicMs() + 30_000;
    power.status = async (...args) =>
      clock.monotonicMs() < backMs ? { ok: false, code: "RTK_BMC_BUSY", why: "busy" } : status(...args);
    await untilEnded(farm);
    expect(outcomes(farm)).toEqual(["done"]);
    expect(said(farm)).not.toContain("hard");
  });

  test("that lies, and says off of a machine that is up: nothing is done on its word alone", async () => {
    const farm = await startFarm();
    farm.simulation.world.power.status = async () => ({ ok: true, power: "off" });
    await untilPhase(farm, "draining");
    const machine = subject(farm);
    await until(farm, () => ["poweringOn", "none"].includes(phase(farm)));
    expect(said(farm)).toEqual(["soft"]);
    expect(machine.phase).not.toBe("up");
  });
});

test("how far a boot came is asked while the beacon is waited for: a silent one uses up the whole deadline", async () => {
  const farm = await startFarm();
  await untilPhase(farm, "verifying");
  const { world } = farm.simulation;
  let asked = 0;
  let inTime = 0;
  world.bootLog.stage = async () => {
    asked += 1;
    return "last on its console: boot:";
  };
  world.beacons.read = async ({ name }) => {
    const before = asked;
    for (let turns = 0; turns < 20; turns++) await later();
    if (asked > before) inTime += 1;
    return { ok: false, why: `${name} says nothing` };
  };
  await farm.simulation.turn();
  expect([asked, inTime > 0]).toEqual([1, true]);
});

describe("the machine", () => {
  test("never comes back: quarantined; comes back late as what it should be: released, and it serves", async () => {
    const farm = await startFarm();
    await untilPhase(farm, "poweringOn");
    const machine = subject(farm);
    const power = machine.switchOn.bind(machine);
    // The console: what it said before the power-on is no trace of this boot.
    let lines: string | null = "login:";
    Object.assign(farm.simulation.world.bootLog, {
      begin: async () => {
        lines = null;
      },
      stage: async () => lines && `last on its console: ${lines}`,
    });
    machine.switchOn = () => {
      lines = "boot:";
      machine.phase = "booting";
    };
    await untilEnded(farm, 60 * MINUTE_MS);
    expect(outcomes(farm)).toEqual(["quarantined"]);
    expect(record(farm, machine).quarantine?.why).toContain("did not come up in time");
    expect(record(farm, machine).quarantine?.why).toContain("; last on its console: boot:");
    expect(farm.simulation.controller.state.failures).toHaveLength(1);

    machine.phase = "off";
    power();
    await until(farm, () => record(farm, machine).quarantine === null, 20 * MINUTE_MS);
    expect(record(farm, machine).placement).toBe(WEB);
    await until(farm, () => farm.simulation.world.traffic.isServing(WEB, machine.machine.name), MINUTE_MS);
  });

  test("comes up in the wrong role: quarantined, and gets no traffic", async () => {
    const farm = await startFarm();
    await untilPhase(farm, "verifying");
    const machine = subject(farm);
    machine.startRunning({ image: imageName("compile.production-1"), role: COMPILE });
    await untilEnded(farm);
    expect(outcomes(farm)).toEqual(["quarantined"]);
    expect(record(farm, machine).quarantine?.why).toContain("came up in role compile instead of web");
    await farm.simulation.runFor(2 * MINUTE_MS);
    expect(farm.simulation.world.traffic.isOn(WEB, machine.machine.name)).toBe(false);
  });

  test("reboots itself: it is not fought, and serves again", async () => {
    const farm = await startFarm();
    await untilEnded(farm);
    const other = [...farm.simulation.world.machines.values()].find((one) => one.running?.role === COMPILE);
    if (other === undefined) throw new Error("no machine builds");
    other.switchOff();
    other.switchOn();
    await farm.simulation.runFor(10 * MINUTE_MS);
    expect(outcomes(farm)).toEqual(["done"]);
    expect(said(farm)).toHaveLength(2);
    expect(record(farm, other)).toMatchObject({ quarantine: null, placement: COMPILE });
    expect(farm.simulation.world.traffic.isServing(COMPILE, other.machine.name)).toBe(true);
  });

  test("falls silent while builds run on it: what it said before is no proof that they ended", async () => {
    const farm = await startFarm();
    const { builds, beacons, traffic } = farm.simulation.world;
    await untilPhase(farm, "draining");
    const { name } = subject(farm).machine;
    const { read } = beacons;
    const none = { ok: false, why: "no answer" } as const;
    builds.read = async () => none;
    // Its last word before it falls silent is that it has nothing to do.
    let words = 1;
    beacons.read = async (machine, signal) => {
      const heard = await read(machine, signal);
      if (machine.name !== name || !heard.ok) return heard;
      if (traffic.isOn(COMPILE, name) || words-- <= 0) return none;
      return { ok: true, value: { ...heard.value, distcc: { inFlight: 0, queue: 0, slots: 4 } } };
    };
    await farm.simulation.runFor(60_000);
    expect(phase(farm)).toBe("draining");
  });

  test("loses its power while it boots: it is switched on again", async () => {
    const farm = await startFarm();
    await untilPhase(farm, "verifying");
    subject(farm).switchOff();
    await untilEnded(farm);
    expect(outcomes(farm)).toEqual(["done"]);
    expect(said(farm)).toEqual(["soft", "on", "on"]);
  });
});

test.each([[30], [45]])("a fresh process every %i ticks: it converges, and no off is sent twice", async (ticks) => {
  const farm = await startFarm();
  for (let tick = 1; farm.finished.length === 0 && tick < 3_000; tick += 1) {
    await farm.simulation.turn();
    if (tick % ticks === 0) await restart(farm);
  }
  expect(outcomes(farm)).toEqual(["done"]);
  expect(servingWeb(farm)).toBe(2);
  expect(said(farm)).toEqual(["soft", "on"]);
});
