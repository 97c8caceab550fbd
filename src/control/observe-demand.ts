/** Demand of each role, from where its policy says; a role that takes the rest has none of its own. */
import { distccDemand } from "../core/domain/censored-demand.ts";
import type { Policy } from "../core/domain/policy.ts";
import { known } from "../core/domain/reading.ts";
import type { Round } from "./observation-round.ts";

export async function observeDemand(round: Round): Promise<void> {
  const { site, controller, observer, signal, scope } = round;
  const reads = [...site.policies.values()].map(async (policy) => {
    const { role, demand } = policy;
    if (demand.kind === "series" || demand.kind === "expression") {
      // Between full ticks the last answer stands: Prometheus has nothing newer than its scrape anyway.
      if (scope === "full") observer.demand.set(role, await controller.world.load.read(role, demand, signal));
    } else if (demand.kind === "distcc") {
      observer.demand.set(role, { demand: buildDemand(round, policy), confirm: null });
    } else {
      observer.demand.set(role, { demand: known(0), confirm: null });
    }
  });
  await Promise.all(reads);
  for (const role of observer.demand.keys()) if (!site.policies.has(role)) observer.demand.delete(role);
}

function buildDemand({ site, controller, observer, operations }: Round, { role }: Policy) {
  const serving = [...site.machines.keys()].filter((name) => {
    const record = controller.state.machines.get(name);
    return record?.placement === role && record.adopted && record.quarantine === null && !operations.has(name);
  });
  return distccDemand(serving.map((name) => observer.loads.get(name) ?? null));
}
