/** The boot link of a machine that leaves: only once it is retiring, off by two readings, and on no way to a role. */
import { expect, test } from "vitest";
import { removeLink } from "../../../src/control/remove-link.ts";
import { machineName } from "../../../src/core/domain/names.ts";
import type { Site } from "../../../src/core/domain/site.ts";
import { createBootLinks } from "../../../src/world/boot-links/boot-links.ts";
import { startBench } from "../http/support/bench.ts";

const m01 = machineName("m01");
const m02 = machineName("m02");
const ASKER = { author: "ada", from: "a test" };

function retiring(site: Site): Site {
  const machine = site.machines.get(m01);
  if (machine === undefined) throw new Error("the example site has m01");
  return { ...site, machines: new Map(site.machines).set(m01, { ...machine, status: "retiring" }) };
}

test("a machine that is not retiring, or not known to be off, keeps its link", async () => {
  const { controller, simulation, store } = await startBench({ adopted: false, changeSite: retiring });
  // A directory that is not there: nothing may be asked of it but by the last call.
  const log = { info: () => {}, warn: () => {} };
  const links = createBootLinks({ directories: { pxelinux: "/nonexistent" }, dryRun: false, log });
  const remove = (name: typeof m01) => removeLink(controller, links, ASKER, name, "it leaves");
  await simulation.turn();
  expect(await remove(m02)).toMatchObject({ code: "RTK_NOT_RETIRED", why: "m02 is not retiring" });
  expect(await remove(m01)).toMatchObject({ code: "RTK_NOT_RETIRED", why: "m01 is not known to be off yet" });

  const awake = controller.last?.observation.machines.get(m01)?.beacon;
  const machine = simulation.world.machines.get(m01);
  machine?.switchOff();
  const { power } = controller.observer;
  power.commandSent(m01);
  const entry = controller.configured.site().machines.get(m01);
  if (entry === undefined) throw new Error("it is there");
  await power.read(entry);
  await simulation.turn();
  expect(await remove(m01)).toMatchObject({ code: "RTK_NOT_RETIRED" });
  await power.read(entry);
  await simulation.turn();
  const { last } = controller;
  const seen = last?.observation.machines.get(m01);
  if (last === null || seen === undefined || awake === undefined) throw new Error("it was observed");
  const machines = new Map(last.observation.machines).set(m01, { ...seen, beacon: awake });
  controller.last = { ...last, observation: { ...last.observation, machines } };
  expect(await remove(m01)).toMatchObject({ code: "RTK_NOT_RETIRED" });
  controller.last = last;
  expect(await remove(m01)).toMatchObject({ code: "RTK_LINK_KEPT", why: expect.stringContaining("/nonexistent") });
  expect((await store.auditLog({ limit: 9 })).filter(({ refused }) => refused === null)).toHaveLength(1);
});

test("retired hardware's link may go, unless its address is another machine's by now", async () => {
  const gone = (site: Site, ip: string): Site => {
    const { machines } = retiring(site);
    const left = new Map(machines);
    const dead = machines.get(m01);
    if (dead === undefined) throw new Error("the example site has m01");
    left.delete(m01);
    return { ...site, machines: left, retired: new Map([[m01, { ...dead, ip, status: "retired" }]]) };
  };
  const log = { info: () => {}, warn: () => {} };
  const links = createBootLinks({ directories: { pxelinux: "/nonexistent" }, dryRun: false, log });
  for (const [ip, code] of [
    ["10.0.3.11", "RTK_LINK_KEPT"],
    ["10.0.3.12", "RTK_NOT_RETIRED"],
  ] as const) {
    const { controller } = await startBench({ adopted: false, changeSite: (site) => gone(site, ip) });
    expect(await removeLink(controller, links, ASKER, m01, "replaced")).toMatchObject({ code });
  }
});
