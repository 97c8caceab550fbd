/** A roll-out and a file server's death at once: the machines that hang go first, and the roll-out goes on where it was. */
import { expect, test } from "vitest";
import { setOverride } from "../../src/control/override-actions.ts";
import { startRollout } from "../../src/control/rollout-actions.ts";
import { orderStorageServer } from "../../src/control/storage-actions.ts";
import { baseOf } from "../../src/core/domain/names.ts";
import { rolloutState } from "../../src/core/rollout/rollout.statechart.ts";
import { rolloutView } from "../../src/http/rollout-view.ts";
import { WEB } from "./support/small-site.ts";
import { ASKER, type Farm, farmOf, GOOD, kill, run, STEP_MS, stateOf } from "./support/two-servers.ts";

const REQUEST = { role: WEB, image: GOOD, canaries: 1, wavesPercent: [50, 100], soakMs: 120_000 };

const begin = ({ simulation }: Farm) =>
  startRollout(simulation.controller, ASKER, { ...REQUEST, author: "ada", reason: "test" });

function rolloutOf({ simulation: { controller } }: Farm) {
  const [rollout] = controller.state.rollouts;
  if (rollout === undefined) throw new Error("no roll-out was begun");
  return rollout;
}
const status = (farm: Farm) => rolloutView(farm.simulation.controller, rolloutOf(farm));
const isAt = (farm: Farm, state: string): boolean => rolloutState(rolloutOf(farm).chart) === state;

async function until(farm: Farm, isSo: () => boolean, mostTurns = 3_000): Promise<void> {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    if (isSo()) return;
    await farm.simulation.turn(STEP_MS);
  }
  throw new Error(`not so: ${JSON.stringify(status(farm))}`);
}

/** Of web's machines that serve. */
const versions = ({ simulation: { world } }: Farm): string[] =>
  [...world.machines.values()].flatMap(({ role, running }) =>
    role === WEB && running !== null ? [baseOf(running.image)] : [],
  );

test.each(["nfs-a", "nfs-b"])(
  "%s dies while the canary soaks: no verdict on the image, no reboot until all that hang have moved, then done",
  async (server) => {
    const farm = await farmOf("auto", "perHour: 100%");
    await begin(farm);
    await until(farm, () => isAt(farm, "soaking"));
    const before = farm.begun.length;
    kill(farm, server);
    await until(farm, () => stateOf(farm, server) === "failedOver");
    await farm.simulation.turn(STEP_MS);
    expect(status(farm)).toMatchObject({ state: "soaking", why: expect.stringContaining(`${server} is failed over`) });
    await until(farm, () => isAt(farm, "done"));
    const moves = farm.begun.slice(before).filter(({ to }) => to === WEB);
    const lastHard = moves.findLastIndex(({ manner }) => manner === "hard");
    expect(moves.slice(0, lastHard + 1).map(({ manner }) => manner)).toEqual(Array(3).fill("hard"));
    expect(versions(farm)).toEqual(Array(6).fill(GOOD));
    expect(farm.finished.map(({ outcome }) => outcome)).not.toContain("quarantined");
    expect(farm.breaches).toEqual([]);
  },
);

test("what else keeps the next machine waiting stands in its status, as the plan says it", async () => {
  const farm = await farmOf("auto", "perHour: 100%");
  const { controller } = farm.simulation;
  await begin(farm);
  const act = { kind: "pause", scope: { kind: "role", role: WEB }, direction: "both" } as const;
  const expiresMs = controller.world.clock.wallMs() + 3_600_000;
  await setOverride(controller, ASKER, { act, reason: "deploy", expiresMs, overrideFloor: false });
  await run(farm, 1);
  expect(status(farm)).toMatchObject({ state: "canary", why: null, waits: "role web is paused by ada: deploy" });
});

test("one that is begun while a server is dead waits for the operator's fail-over, says so, and goes on from the mirror", async () => {
  const farm = await farmOf("ask", "perHour: 100%");
  kill(farm, "nfs-a");
  await until(farm, () => stateOf(farm, "nfs-a") === "dead");
  expect((await begin(farm)).ok).toBe(true);
  await run(farm, 30);
  // Others come to make up for what hangs; nothing boots anew.
  expect(farm.begun.filter(({ from, to }) => from === to)).toEqual([]);
  expect(status(farm)).toMatchObject({
    state: "canary",
    why: "file server nfs-a is dead, and 6 machines have to be moved off it first",
  });
  const aim = { kind: "failOver", server: "nfs-a" } as const;
  expect((await orderStorageServer(farm.simulation.controller, ASKER, aim, "fans")).ok).toBe(true);
  await until(farm, () => isAt(farm, "done"));
  expect(versions(farm)).toEqual(Array(6).fill(GOOD));
  expect(farm.breaches).toEqual([]);
});
