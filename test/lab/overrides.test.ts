/** An operator's word, by command line and API, on machines that really boot: it binds what is new, and strands nothing. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, finished, ipmitoolCalls, live, order, status } from "../component/support/real-farm/look.ts";
import { COMPILE_IMAGE, WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { type Lab, startLab } from "./support/lab.ts";
import {
  bootIds,
  expectJournalMatches,
  expectOneOffAndOn,
  expectPxeBoot,
  inPhase,
  lastMove,
  MOVE_MS,
  machineThatCompiles,
  nothingBegins,
  retaskSays,
  wordOf,
} from "./support/look.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ web: 1, compile: 2, spares: 0, compileFloor: 0 });
  await lab.daemon.start();
  await lab.adopt();
});
afterAll(() => lab?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

const FOR = "--for 1h --reason inventory --author bob";

test("a pin by the API calls off what the command line forced: a machine that drains gets its work back, and the status says why", async () => {
  const machine = await machineThatCompiles(lab);
  const before = await bootIds(lab);
  expect(await retaskSays(lab, `force machine ${machine.name} --to web ${FOR}`)).toContain(
    `force of ${machine.name} to web`,
  );
  const { id } = await inPhase(lab, machine, "draining");
  await order(lab, "PUT", `/v1/overrides/pins/${machine.name}`);
  const ended = await eventually("the end", MOVE_MS, async () => (await finished(lab)).find((one) => one.id === id));
  expect(ended).toMatchObject({ outcome: "undone", why: "pinned by ada: a test" });

  await nothingBegins(lab);
  const text = await retaskSays(lab, "status");
  expect(text).toMatch(new RegExp(`${machine.name} +go to web +pinned by ada: a test`));
  expect(text).toContain(`force of ${machine.name} to web, by bob`);
  expect(await bootIds(lab)).toEqual(before);
  expect(machine.powerCommands()).toEqual([]);
  expect(await lab.root.linkOf(machine.ip)).toBe(COMPILE_IMAGE);
  expect(await lab.hosts()).toContain(machine.ip);

  await retaskSays(lab, `unforce machine ${machine.name}`);
  await order(lab, "DELETE", `/v1/overrides/pins/${machine.name}`);
});

test("a machine that drains when the pool is paused still goes all the way to where it was forced; nothing begins after it", async () => {
  const machine = lab.machine("m3");
  const before = await wordOf(machine);
  await retaskSays(lab, `force machine m3 --to web ${FOR}`);
  const { id } = await inPhase(lab, machine, "draining");
  expect(await retaskSays(lab, "status")).toMatch(/m3 +compile to web +draining/);
  await order(lab, "POST", "/v1/pause", { scope: "pool" });

  const up = await eventually("its end", MOVE_MS, () => lastMove(lab, "web", id));
  expect(up).toMatchObject({ outcome: "done", from: "compile" });
  const beacon = await wordOf(machine);
  expect(beacon).toMatchObject({ role: "web", image: WEB_IMAGE });
  expect(beacon?.bootId).not.toBe(before?.bootId);
  expectPxeBoot(machine, "web");
  expectOneOffAndOn(machine);
  await expectJournalMatches(lab, machine, id, 0);

  // Web has one machine more than it needs now, and the pause alone keeps it there.
  await retaskSays(lab, "unforce machine m3");
  const held = await eventually("the plan's word", MOVE_MS, async () => (await status(lab)).notDone[0]);
  expect(held).toMatchObject({ subject: "compile", what: "1 more machine", why: "paused: a test (ada)" });
  const told = lab.machines.map((one) => one.powerCommands().length);
  await nothingBegins(lab);
  expect(lab.machines.map((one) => one.powerCommands().length)).toEqual(told);
  const text = await retaskSays(lab, "status");
  expect(text).toMatch(/^holding because paused: a test \(ada\)/);
  expect(text).toContain("pause of the whole pool, by ada");
});

test("no longer forced or paused, a machine goes back; paused again while it is off, it is not left there", async () => {
  const earlier = new Map(lab.machines.map((machine) => [machine.name, ipmitoolCalls(lab, machine).length]));
  const before = await bootIds(lab);
  for (const machine of lab.machines) machine.forget();
  expect(await retaskSays(lab, "resume --pool --confirm pool")).toContain("ended: pause of the whole pool, by ada");
  // Either web machine may be the one that is needed no more.
  const { id, machine: name } = await eventually("the way back", MOVE_MS, () => live(lab));
  const machine = lab.machine(name);
  await eventually("the power-off", MOVE_MS, async () => (await machine.bmc.power()) === "off");
  expect(await retaskSays(lab, `pause --pool ${FOR} --confirm pool`)).toContain("set: pause of the whole pool, by bob");

  const down = await eventually("its end", MOVE_MS, () => lastMove(lab, "compile", id));
  expect(down).toMatchObject({ outcome: "done", machine: name, from: "web" });
  const beacon = await wordOf(machine);
  expect(beacon).toMatchObject({ role: "compile", image: COMPILE_IMAGE });
  expect(beacon?.bootId).not.toBe(before.get(name));
  expectPxeBoot(machine, "compile");
  expectOneOffAndOn(machine);
  await expectJournalMatches(lab, machine, id, earlier.get(name) ?? 0);
  expect(await lab.hosts()).toContain(machine.ip);
  expect(await retaskSays(lab, "status")).toMatch(/^holding because paused: inventory \(bob\)/);
  await retaskSays(lab, "resume --pool --confirm pool");
  await eventually("the end of the hold", MOVE_MS, async () => (await status(lab)).health === "healthy");
});

test("a machine in maintenance is drained and switched off, left alone while somebody works on it, and brought back", async () => {
  const machine = await machineThatCompiles(lab);
  const before = await wordOf(machine);
  machine.forget();
  expect(await retaskSays(lab, `maintain ${machine.name} ${FOR}`)).toContain(
    `maintenance of ${machine.name}, switched off`,
  );
  const out = await eventually("its way out", MOVE_MS, async () =>
    (await finished(lab)).find(({ to }) => to === "spare"),
  );
  expect(out).toMatchObject({ outcome: "done", machine: machine.name, from: "compile" });
  expect(await machine.bmc.power()).toBe("off");
  expect(await lab.hosts()).not.toContain(machine.ip);

  // Whoever works on it tries whether it starts.
  machine.forget();
  await machine.bmc.setPower("on");
  await eventually("a boot that nobody asked retask for", MOVE_MS, async () => (await wordOf(machine)) !== null);
  await nothingBegins(lab);
  expect(await lab.hosts()).not.toContain(machine.ip);
  const own = (await wordOf(machine))?.bootId;

  expect(await retaskSays(lab, `maintain ${machine.name} --end --reason done --author bob`)).toContain(
    "ended: maintenance",
  );
  const back = await eventually("its way back", MOVE_MS, async () =>
    (await finished(lab)).find(({ from }) => from === "spare"),
  );
  expect(back).toMatchObject({ outcome: "done", machine: machine.name, to: "compile" });
  const beacon = await wordOf(machine);
  expect(beacon).toMatchObject({ role: "compile", image: COMPILE_IMAGE });
  expect([before?.bootId, own]).not.toContain(beacon?.bootId);
  expect(await lab.hosts()).toContain(machine.ip);
});
