/** Planned works that switch machines off as well: maintenance, roll-outs and rolling reboots, with images good and bad. */
import { orderRollout, type RolloutOrder, startRollout } from "../../control/rollout-actions.ts";
import type { ImageName, RoleName } from "../../core/domain/names.ts";
import { isUnderWay } from "../../core/rollout/judge-rollouts.ts";
import type { Random } from "../random.ts";
import { anyMachine, type FaultKind, pick } from "./fault-kind.ts";
import type { FaultyFarm } from "./faulty-farm.ts";
import { ASKER, order } from "./operator-faults.ts";
import { NEW_IMAGES, type NewImage, newImage } from "./planned-works.ts";
import { COMPILE, WEB, whole } from "./seeded-site.ts";

const MINUTE_MS = 60_000;
const WAVES = [[100], [50, 100], [10, 50, 100]] as const;
const IN_A_MOMENT = [1, 1] as const;

const maintained = (name: string, power: "off" | "on"): FaultKind =>
  order(name, (farm, random) => ({ kind: "maintain", machine: anyMachine(farm, random).machine.name, power }));

/** Refused where one is under way, or the role runs that image already. */
async function begin(farm: FaultyFarm, random: Random, role: RoleName, image: ImageName | null): Promise<void> {
  const request = {
    ...{ role, image, author: ASKER.author, reason: "a test" },
    canaries: whole(random, 0, 2),
    wavesPercent: pick(WAVES, random),
    soakMs: whole(random, 0, 15) * MINUTE_MS,
  };
  const started = await startRollout(farm.controller(), ASKER, request).catch(() => null);
  if (started?.ok === true) farm.rollouts.set(role, { image, atMs: farm.world.clock.monotonicMs() });
}

const rollout = (name: string, kind: NewImage, roles: readonly RoleName[]): FaultKind => ({
  name,
  minutes: IN_A_MOMENT,
  begin: async (farm, random) => {
    const role = pick(roles, random);
    await begin(farm, random, role, newImage(role, pick<string>(NEW_IMAGES[kind], random)));
    return () => {};
  },
});

async function tell(farm: FaultyFarm, told: RolloutOrder): Promise<RoleName[]> {
  const roles = farm
    .controller()
    .state.rollouts.filter(isUnderWay)
    .map(({ role }) => role);
  for (const role of roles) await orderRollout(farm.controller(), ASKER, role, told).catch(() => null);
  return roles;
}

export const WORKS_FAULTS: readonly FaultKind[] = [
  maintained("a machine is maintained, switched off", "off"),
  maintained("a machine is maintained, left on", "on"),
  rollout("a roll-out of a good image begins", "good", [WEB, COMPILE]),
  rollout("a roll-out of an image that does not boot begins", "unbootable", [WEB, COMPILE]),
  // Web alone has health queries.
  rollout("a roll-out of an image that answers with errors begins", "sick", [WEB]),
  {
    name: "a rolling reboot begins",
    minutes: IN_A_MOMENT,
    begin: async (farm, random) => {
      await begin(farm, random, pick([WEB, COMPILE], random), null);
      return () => {};
    },
  },
  {
    name: "roll-outs are paused",
    minutes: [5, 60],
    begin: async (farm) => {
      await tell(farm, { type: "PAUSE", why: "lunch" });
      return async () => void (await tell(farm, { type: "RESUME", why: "after lunch" }));
    },
  },
  {
    name: "roll-outs are aborted",
    minutes: IN_A_MOMENT,
    begin: async (farm) => {
      await tell(farm, { type: "ABORT", why: "wrong certificates", keeps: false });
      return () => {};
    },
  },
];
