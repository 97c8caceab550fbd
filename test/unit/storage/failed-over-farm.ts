/** A farm whose file server nfs-a is failed over to nfs-b, and what is planned for it. */
import type { Plan } from "../../../src/core/domain/plan.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { type MachineSpec, NOW_MS, type PoolSpec } from "../support/pool.ts";
import { DOWN } from "../support/pool-storage.ts";
import { decideTicks, machines } from "../support/ticks.ts";

export const A = { name: "nfs-a", address: "10.0.1.20", mirror: "nfs-b", failOver: "ask", bootsAtOnce: 2 };
export const B = { name: "nfs-b", address: "10.0.1.21", mirror: "nfs-a", failOver: "ask", bootsAtOnce: 2 };
export const ORDERED = { order: { by: "ada", why: "fans", atMs: NOW_MS - 1_000 } };
export const BY_ITSELF = { order: { by: "retask", why: "failOver: auto", atMs: NOW_MS - 1_000 } };
export const ON_A = { domains: { storage: "nfs-a" } };
export const onB = (role: string) => ({ domains: { storage: "nfs-b" }, runs: `${role}.1@nfs-b` });
export const hung = { silent: true };

/** nfs-a is failed over and silent; web wants four machines, of which two hang, and compile takes the rest. */
export const FARM: Record<string, MachineSpec> = {
  ...machines(1, 2, { in: "compile", ...ON_A, ...hung }),
  ...machines(3, 2, { in: "web", ...ON_A, ...hung }),
  ...machines(5, 2, { in: "web", ...onB("web") }),
  ...machines(7, 3, { in: "compile", ...onB("compile") }),
};
export const OVER: Partial<PoolSpec> = {
  storage: [A, B],
  storageAt: { "nfs-a": ["failedOver", { upMs: 0, ...ORDERED }] },
  storageFacts: { "nfs-a": DOWN },
};

export function planFor(given: Record<string, MachineSpec>, spec: Partial<PoolSpec> = {}): Plan {
  const web = { demand: { series: "sessions", perMachine: 55 }, machines: { floor: 1 }, shortageCost: 20 };
  const policies = { web, compile: { demand: "rest", shortageCost: 1 } };
  const { pool, decision } = decideTicks([{ policies, demand: { web: 180 }, ...OVER, ...spec, machines: given }]);
  return makePlan({ ...pool, decision });
}

export const hard = ({ moves }: Plan) => moves.filter(({ manner }) => manner === "hard").map(({ machine }) => machine);
export const whys = ({ notDone }: Plan) => notDone.map(({ what, why }) => `${what}: ${why}`);
