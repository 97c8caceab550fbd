/** A file server dies under half of the farm: its machines serve again from the other, whose own never notice. */
import { describe, expect, test } from "vitest";
import { setOverride } from "../../src/control/override-actions.ts";
import { orderStorageServer } from "../../src/control/storage-actions.ts";
import type { StorageFacts } from "../../src/core/domain/storage.ts";
import { COMPILE, WEB } from "./support/small-site.ts";
import {
  ASKER,
  bootsOf,
  DOWN,
  EVEN,
  farmOf,
  isServing,
  kill,
  nameOf,
  notDone,
  ODD,
  run,
  runsOn,
  STEP_MS,
  stateOf,
} from "./support/two-servers.ts";

describe("a file server dies", () => {
  test("auto: its machines serve again from the other, two at once, web first; the others never noticed", async () => {
    const farm = await farmOf("auto");
    const boots = bootsOf(farm);
    kill(farm, "nfs-a");
    await run(farm, 25);
    expect(ODD.map((n) => [n, runsOn(farm, n), isServing(farm, n)])).toEqual(ODD.map((n) => [n, "nfs-b", true]));
    expect(bootsOf(farm)).toEqual(boots);
    const hard = farm.begun.filter(({ manner }) => manner === "hard");
    expect(hard.map(({ from }) => from)).toEqual([WEB, WEB, WEB, COMPILE, COMPILE, COMPILE]);
    expect(farm.most).toBe(2);
    expect(farm.finished.map(({ outcome }) => outcome)).not.toContain("quarantined");
    expect(farm.breaches).toEqual([]);
  });

  test("ask: nothing moves until an operator says so", async () => {
    const farm = await farmOf("ask");
    kill(farm, "nfs-a");
    await run(farm, 5);
    expect(stateOf(farm, "nfs-a")).toBe("dead");
    expect(farm.begun.filter(({ manner }) => manner === "hard")).toEqual([]);
    expect(notDone(farm)).toContain("on which 6 machines hang: an operator's `retask storage fail-over nfs-a`");
    const aim = { kind: "failOver", server: "nfs-a" } as const;
    expect((await orderStorageServer(farm.simulation.controller, ASKER, aim, "fans")).ok).toBe(true);
    await run(farm, 25);
    expect(ODD.every((n) => runsOn(farm, n) === "nfs-b" && isServing(farm, n))).toBe(true);
  });

  test("a restart in the middle: the rest follows, and none is cut off twice", async () => {
    const farm = await farmOf("auto");
    kill(farm, "nfs-a");
    await run(farm, 5);
    expect(stateOf(farm, "nfs-a")).toBe("failedOver");
    farm.simulation = await farm.simulation.restarted();
    await run(farm, 25);
    expect(ODD.every((n) => runsOn(farm, n) === "nfs-b" && isServing(farm, n))).toBe(true);
    const hard = farm.begun.filter(({ manner }) => manner === "hard").map(({ machine }) => machine);
    expect(new Set(hard).size).toBe(hard.length);
  });

  test("under a machine on its way: it is called off, or stranded and booted anew; no failure is held against it", async () => {
    const farm = await farmOf("auto");
    const force = (n: number) => farm.simulation.world.machines.get(nameOf(n));
    const { controller } = farm.simulation;
    const asked = {
      act: { kind: "forceMachine", machine: nameOf(7), to: WEB },
      reason: "test",
      overrideFloor: false,
    } as const;
    await setOverride(controller, ASKER, { ...asked, expiresMs: controller.world.clock.wallMs() + 3_600_000 });
    for (let turn = 0; turn < 200 && force(7)?.phase !== "booting"; turn += 1) await farm.simulation.turn(STEP_MS);
    expect(force(7)?.phase).toBe("booting");
    kill(farm, "nfs-a");
    await run(farm, 25);
    expect(
      farm.finished.map(({ operation, outcome }) => [operation.machine, operation.manner, outcome]),
    ).toContainEqual([nameOf(7), "usual", "stranded"]);
    expect([runsOn(farm, 7), isServing(farm, 7), controller.state.machines.get(nameOf(7))?.placement]).toEqual([
      "nfs-b",
      true,
      WEB,
    ]);
    expect(controller.state.failures).toEqual([]);
    expect(farm.breaches).toEqual([]);
  });
});

test("a spare that is kept on hangs with the others, and boots anew as the spare that it is", async () => {
  const reserve = "reserve: { machines: 1, power: on, image: web.2026-11 }";
  const farm = await farmOf("auto", `perHour: 100%, ${reserve}`);
  const { controller, world } = farm.simulation;
  const spare = () => EVEN.concat(ODD).find((n) => controller.state.machines.get(nameOf(n))?.placement === "spare");
  for (let turn = 0; turn < 200 && spare() === undefined; turn += 1) await farm.simulation.turn(STEP_MS);
  const n = spare() ?? 0;
  const machine = world.machines.get(nameOf(n));
  const before = machine?.report(null)?.bootId;
  expect(before).toBeDefined();
  kill(farm, ODD.includes(n) ? "nfs-a" : "nfs-b");
  await run(farm, 30);
  expect(machine?.report(null)?.bootId).not.toBe(before);
  expect([runsOn(farm, n), spare(), machine?.phase]).toEqual([ODD.includes(n) ? "nfs-b" : "nfs-a", n, "up"]);
  expect(farm.breaches).toEqual([]);
});

describe("nothing moves", () => {
  /** What the sources say of nfs-a, by the turn. */
  async function told(say: (turn: number, server: string, truth: StorageFacts) => StorageFacts) {
    const farm = await farmOf("auto");
    const { storage } = farm.simulation.world;
    const ask = storage.ask.bind(storage);
    let turn = 0;
    storage.ask = async (server, signal) => say(turn++, server.name, await ask(server, signal));
    await run(farm, 30);
    return farm;
  }

  test.each([
    [
      "one source flaps",
      (turn: number, truth: StorageFacts) => ({ ...truth, port: turn % 3 === 0 ? truth.port : DOWN.port }),
    ],
    ["one source says down for ever", (_: number, truth: StorageFacts) => ({ ...truth, monitoring: DOWN.monitoring })],
    ["both flap", (turn: number, truth: StorageFacts) => (turn % 8 < 6 ? DOWN : truth)],
  ])("while %s", async (_, say) => {
    const farm = await told((turn, server, truth) => (server === "nfs-a" ? say(turn, truth) : truth));
    expect(farm.begun).toEqual([]);
    expect(EVEN.concat(ODD).every((n) => isServing(farm, n))).toBe(true);
  });

  test("while both servers seem dead at once, nor when one seems back a moment before the other", async () => {
    const farm = await told((turn, server, truth) => (turn < 180 || (turn < 190 && server === "nfs-b") ? DOWN : truth));
    expect(farm.begun).toEqual([]);
    expect([stateOf(farm, "nfs-a"), stateOf(farm, "nfs-b")]).toEqual(["well", "well"]);
  });

  test("when the survivor dies too; it says why, and goes on once one is proven well", async () => {
    const farm = await farmOf("auto");
    kill(farm, "nfs-a");
    await run(farm, 4);
    kill(farm, "nfs-b");
    await run(farm, 2);
    const before = farm.begun.length;
    await run(farm, 20);
    expect(farm.begun.length).toBe(before);
    expect(notDone(farm)).toContain("nfs-b does not answer");
    farm.simulation.world.deadServers.delete("nfs-b");
    await run(farm, 40);
    expect(ODD.every((n) => runsOn(farm, n) === "nfs-b" && isServing(farm, n))).toBe(true);
  });
});

test("a fail-back: refused until it is proven well, never by itself, then drained and one at a time", async () => {
  const farm = await farmOf("auto");
  kill(farm, "nfs-a");
  await run(farm, 25);
  const back = () =>
    orderStorageServer(farm.simulation.controller, ASKER, { kind: "failBack", server: "nfs-a" }, "mended");
  expect(await back()).toMatchObject({ ok: false, code: "RTK_STORAGE_UNFIT" });
  farm.simulation.world.deadServers.delete("nfs-a");
  await run(farm, 20);
  expect(stateOf(farm, "nfs-a")).toBe("recovered");
  expect(ODD.every((n) => runsOn(farm, n) === "nfs-b")).toBe(true);
  expect((await back()).ok).toBe(true);
  const before = farm.begun.length;
  await run(farm, 150);
  expect(ODD.every((n) => runsOn(farm, n) === "nfs-a" && isServing(farm, n))).toBe(true);
  const home = farm.begun.slice(before).filter(({ from, to }) => from === to);
  expect(home.map(({ manner }) => manner)).toEqual(home.map(() => "usual"));
  expect(stateOf(farm, "nfs-a")).toBe("well");
  expect(farm.breaches).toEqual([]);
});
