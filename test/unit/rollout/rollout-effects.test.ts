/** What a roll-out that is taken back does to the boot link of a machine that did not come back. */
import pino from "pino";
import { expect, test } from "vitest";
import { RolloutEffects } from "../../../src/control/rollout-effects.ts";
import { imageName, machineName } from "../../../src/core/domain/names.ts";
import type { Store } from "../../../src/store/store.ts";
import type { World } from "../../../src/world/ports.ts";
import { begun, NEW, premisesOf, six, WEB } from "./rollout-pool.ts";

const M01 = machineName("m01");
const STORAGE = [
  { name: "nfs-a", address: "10.0.1.20", mirror: "nfs-b" },
  { name: "nfs-b", address: "10.0.1.21", mirror: "nfs-a" },
];

test("it names the previous image's copy on the machine's own file server", async () => {
  const machines = { ...six(), m01: { in: "web", domains: { storage: "nfs-b" }, quarantine: "did not come up" } };
  const premises = premisesOf({ machines, storage: STORAGE });
  const { state, observation } = premises;
  const rollout = begun(premises);
  const record = state.machines.get(M01);
  const facts = observation.machines.get(M01);
  if (record?.quarantine == null || facts === undefined) throw new Error("the pool has no quarantined m01");
  const quarantine = { ...record.quarantine, expected: { placement: WEB, image: imageName(`${NEW}@nfs-b`) } };
  const link = { kind: "image", image: imageName(`${NEW}@nfs-b`) } as const;
  const pointed: string[] = [];
  const done = { ok: true, changed: true } as const;
  const world = {
    clock: { deadline: () => new AbortController().signal, wallMs: () => 0 },
    links: {
      own: async () => done,
      point: async ({ name }: { name: string }, image: string) => {
        pointed.push(`${name} ${image}`);
        return done;
      },
    },
  } as unknown as World;
  const store = { audit: async () => {} } as unknown as Store;
  const options = { world, store, logger: pino({ level: "silent" }), owner: "test" };
  new RolloutEffects(options).start({
    ...premises,
    state: {
      ...state,
      machines: new Map(state.machines).set(M01, { ...record, quarantine }),
      rollouts: [{ ...rollout, chart: { ...rollout.chart, value: "rollingBack" } }],
    },
    observation: { ...observation, machines: new Map(observation.machines).set(M01, { ...facts, link }) },
  });
  await expect.poll(() => pointed).toEqual(["m01 web.1@nfs-b"]);
});
