/** What people and the computer itself do at the worst moment: orders, edits, a second controller, clocks, kill -9. */
import { endOverride, setOverride } from "../../control/override-actions.ts";
import { aimOf, type OverrideAct } from "../../core/domain/override.ts";
import type { Random } from "../random.ts";
import { anyMachine, type FaultKind, pick } from "./fault-kind.ts";
import type { FaultyFarm } from "./faulty-farm.ts";
import { COMPILE, siteOf, WEB, whole } from "./seeded-site.ts";

const HOUR_MS = 3_600_000;
export const ASKER = { author: "ada", from: "the simulator" };

type Choose<Value> = (farm: FaultyFarm, random: Random) => Value;

/** Ended by the operator, or else by its expiry: whichever comes first. */
export const order = (
  name: string,
  act: Choose<OverrideAct>,
  expiry: Choose<number | null> = ({ world }) => world.clock.wallMs() + HOUR_MS,
): FaultKind => ({
  name,
  minutes: [3, 60],
  begin: async (farm, random) => {
    const given = act(farm, random);
    const expiresMs = expiry(farm, random);
    const request = { act: given, reason: "a test", expiresMs, overrideFloor: false };
    const set = await setOverride(farm.controller(), ASKER, request).catch(() => null);
    if (set?.ok !== true) return () => {};
    farm.orders.set(aimOf(given), { act: given, expiresMs, setMs: farm.world.clock.monotonicMs() });
    return async () => {
      farm.orders.delete(aimOf(given));
      await endOverride(farm.controller(), ASKER, aimOf(given), "enough").catch(() => null);
    };
  },
});

/** An edit of a policy, and its undoing. Broken edits never get here: the last good files stay in force. */
const edit = (name: string, file: string, change: (text: string) => string): FaultKind => ({
  name,
  minutes: [10, 90],
  begin: (farm) => {
    const before = farm.files.get(file) ?? "";
    const put = (text: string): void => {
      farm.files = new Map(farm.files).set(file, text);
      farm.site = siteOf(farm.files);
    };
    put(change(before));
    return () => put(before);
  },
});

const jump = (name: string, ms: number): FaultKind => ({
  name,
  minutes: [1, 1],
  begin: ({ world }) => {
    world.clock.jumpWall(ms);
    return () => {};
  },
});

export const OPERATOR_FAULTS: readonly FaultKind[] = [
  order(
    "the pool is paused",
    () => ({ kind: "pause", scope: { kind: "pool" }, direction: "both" }),
    ({ world }, random) => (random.next() < 0.5 ? null : world.clock.wallMs() + HOUR_MS),
  ),
  order("a role is paused", (_, random) => ({
    kind: "pause",
    scope: { kind: "role", role: pick([WEB, COMPILE], random) },
    direction: pick(["in", "out", "both"], random),
  })),
  order("a machine is pinned", (farm, random) => ({ kind: "pin", machine: anyMachine(farm, random).machine.name })),
  order("a machine is forced", (farm, random) => ({
    kind: "forceMachine",
    machine: anyMachine(farm, random).machine.name,
    to: pick([WEB, COMPILE], random),
  })),
  order("a role is forced", (farm, random) => {
    const half = Math.ceil(farm.world.machines.size / 2);
    const count = whole(random, farm.site.policies.get(WEB)?.machines.floor ?? 1, half);
    return pick<OverrideAct>(
      [
        { kind: "forceCount", role: WEB, count },
        { kind: "forceRange", role: WEB, min: count, max: whole(random, count, half) },
        { kind: "forceFloor", role: WEB, floor: count },
      ],
      random,
    );
  }),
  edit("a floor is raised", "policies/web.yaml", (text) =>
    text.replace(/floor: (\d+)/, (_, floor: string) => `floor: ${Number(floor) + 1}`),
  ),
  edit("machines are said to carry more", "policies/web.yaml", (text) =>
    text.replace(/perMachine: (\d+)/, (_, n: string) => `perMachine: ${Number(n) * 1.5}`),
  ),
  jump("the clock jumps an hour ahead", HOUR_MS),
  jump("the clock jumps an hour back", -HOUR_MS),
  {
    name: "retask is stopped by its flag file",
    minutes: [3, 30],
    begin: (farm) => {
      farm.stopped = "ada: the network is being rebuilt";
      return () => {
        farm.stopped = null;
      };
    },
  },
  {
    name: "kill -9",
    minutes: [1, 1],
    begin: (farm, random) => {
      farm.life.dieAt(whole(random, 1, 6));
      return () => {};
    },
  },
  {
    name: "the process is suspended for an hour in mid-tick",
    minutes: [1, 1],
    begin: (farm) => {
      farm.life.sleepAtNextTick(HOUR_MS);
      return () => {};
    },
  },
  {
    name: "a second controller on the same TFTP root",
    minutes: [5, 20],
    begin: async (farm) => {
      await farm.startSecond();
      return () => farm.endSecond();
    },
  },
];
