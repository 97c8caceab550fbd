/** Roll-outs on two machines that really boot: a good image reaches both, a bad one is caught at the canary and taken back. */
import { appendFile, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWebLoad } from "../component/support/haproxy.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { eventually, status, watchFloor } from "../component/support/real-farm/look.ts";
import { WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { type Lab, startLab, WEB_PORT } from "./support/lab.ts";
import { expectPxeBoot, MOVE_MS, retaskSays, wordOf } from "./support/look.ts";
import { teachBootTimes } from "./support/teach-boot-times.ts";

const GOOD = "web.2026-12";
/** It boots, is found up by the proxy, and answers with errors. */
const SICK = "web.sick";
/** Its kernel finds no first process, and panics. */
const DEAD = "web.dead";
const HEALTH = `health:
  - query: 'sum(rate(haproxy_server_http_responses_total{proxy="web",server=~"{machines}",code="5xx"}[10s]))'
    below: 0.2
`;
/** Two moves, and the minute that sickness must last; on a busy computer. */
const ROLLOUT_MS = 4 * MOVE_MS;
let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ web: 2, compile: 0, spares: 0, webFloor: 1, compileFloor: 0 });
  await appendFile(join(lab.site, "policies/web.yaml"), HEALTH);
  await addImage(GOOD, "");
  await addImage(SICK, "lab.sick");
  await addImage(DEAD, "rdinit=/none");
  await lab.daemon.start();
  await lab.adopt();
  await retaskSays(lab, "force role web --count 2 --for 2h --reason both --confirm web");
});
afterAll(() => lab?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

async function addImage(name: string, words: string): Promise<void> {
  const text = await readFile(join(lab.root.links, WEB_IMAGE), "utf8");
  const renamed = text.replaceAll(WEB_IMAGE, name).replace(/^( +APPEND .*)$/m, `$1 ${words}`.trimEnd());
  await writeFile(join(lab.root.links, name), renamed);
}

const start = (image: string, soak: string) =>
  retaskSays(lab, `rollout start web ${image} --canary 1 --soak ${soak} --waves 100% --reason test --confirm web`);

interface Shown {
  readonly state: string;
  readonly why: string | null;
}

const ended = (): Promise<Shown> =>
  eventually("the end of the roll-out", ROLLOUT_MS, async () => {
    const { rollouts } = await lab.daemon.get<{ rollouts: (Shown & { endedMs: number | null })[] }>("/v1/rollouts");
    return rollouts.find(({ endedMs }) => endedMs !== null);
  });

const imagesNow = async () => Promise.all(lab.machines.map(async (machine) => (await wordOf(machine))?.image));
const production = () => readlink(join(lab.root.links, "web.production"));

test("a good image reaches both machines, one after the other, and no request fails", async () => {
  const floor = watchFloor(lab, 1);
  const load = startWebLoad(`http://127.0.0.1:${WEB_PORT}/cgi-bin/page`, 2);
  await start(GOOD, "5s");
  expect(await ended()).toMatchObject({ state: "done" });
  await load.stop();
  expect(await imagesNow()).toEqual([GOOD, GOOD]);
  expect(await production()).toBe(GOOD);
  for (const machine of lab.machines) expectPxeBoot(machine, "web");
  expect(await floor.stop()).toEqual([]);
  expect(load.counts()).toMatchObject({ failed: 0, firstFailure: null });
});

test("one that boots and serves errors is caught at the canary, which gets the good one back", async () => {
  const floor = watchFloor(lab, 1);
  const load = startWebLoad(`http://127.0.0.1:${WEB_PORT}/cgi-bin/page`, 2);
  await start(SICK, "10m");
  const end = await ended();
  await load.stop();
  expect(end).toMatchObject({
    state: "rolledBack",
    why: expect.stringMatching(/code="5xx".* on as many of the old image/),
  });
  expect(load.counts().firstFailure).toBe("500");
  expect(await imagesNow()).toEqual([GOOD, GOOD]);
  expect(await production()).toBe(GOOD);
  expect(await floor.stop()).toEqual([]);
});

test("one that does not boot costs the canary alone; switched off and on, it boots the good one", async () => {
  await teachBootTimes(lab, lab.machines);
  const before = await Promise.all(lab.machines.map(async (machine) => (await wordOf(machine))?.bootId));
  const floor = watchFloor(lab, 1);
  await start(DEAD, "5s");
  expect(await ended()).toMatchObject({ state: "rolledBack", why: expect.stringContaining("did not come back") });
  expect(await floor.stop()).toEqual([]);

  const [out, ...more] = (await status(lab)).quarantined;
  expect(more).toEqual([]);
  const canary = lab.machine(out?.machine ?? "none");
  expect(canary.log()).toContain("Kernel panic");
  expect(await lab.root.linkOf(canary.ip)).toBe(GOOD);
  const other = lab.machines.findIndex((machine) => machine !== canary);
  expect((await wordOf(lab.machines[other] ?? canary))?.bootId).toBe(before[other]);

  await canary.bmc.setPower("off");
  await canary.bmc.setPower("on");
  await eventually("the good image", MOVE_MS, async () => (await canary.beacon())?.image === GOOD);
  const released = await eventually("its release", MOVE_MS, () =>
    retaskSays(lab, `unquarantine ${canary.name} --reason mended`),
  );
  expect(released).toContain(`recorded as web, ${GOOD}`);
});
