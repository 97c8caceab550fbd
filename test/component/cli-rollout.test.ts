/** `retask rollout` and `retask reboot` as processes over the real API and real boot links: what an operator sees and types. */
import { readlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { roleName } from "../../src/core/domain/names.ts";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

const OLD = "web.production-1";
const NEW = "web.2026-12";
const QUICK = ["--soak", "1m", "--waves", "100%", "--reason", "security updates"];
const START = ["rollout", "start", "web", NEW, ...QUICK];
let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  await daemon.addImage(OLD, NEW);
  await daemon.simulation.adopt();
  await daemon.simulation.runFor(1_800_000, 5_000);
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

const stateOf = () => daemon.simulation.controller.state;
const imagesOfWeb = () =>
  [...stateOf().machines.values()].filter(({ placement }) => placement === roleName("web")).map(({ image }) => image);

async function runUntilEnded(): Promise<void> {
  const isGoing = () => stateOf().rollouts.some(({ endedMs }) => endedMs === null);
  for (let turns = 0; isGoing() && turns < 10_000; turns++) await daemon.simulation.turn(5_000);
}

test("it is shown before it is done, and a whole role is typed by name", async () => {
  const shown = await retask([...START, "--preview"]);
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining("this is severe:") });
  expect(shown.stdout).toContain(`reboot 1 machine: roll-out of ${NEW}, because`);
  expect(await retask(START)).toMatchObject({ code: 1, stderr: expect.stringContaining("say --confirm web") });
  expect(stateOf().rollouts).toEqual([]);
});

test("it is started, looked at, paused, resumed; and in the end all run the image, and production means it", async () => {
  const started = await retask([...START, "--confirm", "web"]);
  expect(started).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`roll-out of ${NEW}: renewing its canaries`),
  });
  expect((await retask(START)).stderr).toContain("RTK_ROLLOUT_UNDER_WAY");
  expect((await retask(["rollout", "pause", "web"])).stdout).toContain("paused");
  expect((await retask(["status"])).stdout).toContain(`roll-out of ${NEW}: paused`);
  expect((await retask(["rollout", "resume", "web"])).stdout).toContain("renewing its canaries");
  await runUntilEnded();
  expect(new Set(imagesOfWeb())).toEqual(new Set([NEW]));
  expect(await readlink(join(daemon.links, "web.production"))).toBe(NEW);
  const watched = await retask(["rollout", "status", "--watch"]);
  expect(watched).toMatchObject({ code: 0, stdout: expect.stringMatching(/: done; (\d+) of \1 machines/) });
  const json = JSON.parse((await retask(["rollout", "status", "web", "--json"])).stdout);
  expect(json).toMatchObject({
    kind: "rollouts",
    rollouts: [{ role: "web", state: "done", image: NEW, previous: OLD }],
  });
});

test("the way back: the channel by its history, the machines by a roll-out, aborted half-way it goes back too", async () => {
  const back = ["rollout", "start", "web", OLD, ...QUICK, "--confirm", "web"];
  expect((await retask(["image", "rollback", "web"])).code).toBe(0);
  expect(await readlink(join(daemon.links, "web.production"))).toBe(OLD);
  expect((await retask(back)).code).toBe(0);
  await daemon.simulation.runFor(600_000, 5_000);
  const aborted = await retask(["rollout", "abort", "web", "--reason", "wrong day"]);
  expect(aborted.stdout).toContain("because abort by ");
  await runUntilEnded();
  expect(new Set(imagesOfWeb())).toEqual(new Set([NEW]));
  expect(await readlink(join(daemon.links, "web.production"))).toBe(NEW);
  expect(await retask(["rollout", "status", "web", "--watch"])).toMatchObject({ code: 1 });
  expect((await retask(["rollout", "abort", "web"])).stderr).toContain("RTK_NO_ROLLOUT");
});

test("a rolling reboot boots every machine of the role once more, into what it ran", async () => {
  const bootIds = () => new Map([...stateOf().machines].map(([name, { bootId }]) => [name, bootId]));
  const before = bootIds();
  const reboot = ["reboot", "--role", "web", "--rolling", "--reason", "openssl", "--confirm", "web"];
  expect((await retask(reboot)).stdout).toContain("rolling reboot of web");
  const members = stateOf().rollouts[0]?.order ?? [];
  await runUntilEnded();
  expect(members.length).toBeGreaterThan(3);
  const still = members.filter(({ machine }) => bootIds().get(machine) === before.get(machine));
  expect(still.filter(({ machine }) => stateOf().machines.get(machine)?.placement === "web")).toEqual([]);
  expect(new Set(imagesOfWeb())).toEqual(new Set([NEW]));
});
