/** Health of what roll-outs have renewed: each of the policy's queries, of the machines in question and of as many old ones. */
import type { RoleName } from "../core/domain/names.ts";
import type { Observation } from "../core/domain/observation.ts";
import type { HealthAnswer, HealthFacts, HealthSample } from "../core/domain/rollout.ts";
import { sampleToAsk } from "../core/rollout/health.ts";
import type { Round } from "./observation-round.ts";

/** Between full ticks the last answers stand, as those of the demand do. */
export async function observeHealth(round: Round, seen: Omit<Observation, "health">): Promise<Observation> {
  const { site, scope, observer, controller } = round;
  const { state } = controller;
  const observation = { ...seen, health: observer.health };
  if (scope !== "full") return observation;
  const health = new Map<RoleName, HealthFacts>();
  await Promise.all(
    state.rollouts.map(async (rollout) => {
      const asked = sampleToAsk(rollout, { site, state, observation });
      if (asked !== null) health.set(rollout.role, await ask(round, rollout.role, asked));
    }),
  );
  observer.health = health;
  return { ...seen, health };
}

async function ask({ site, controller, signal }: Round, role: RoleName, asked: HealthSample): Promise<HealthFacts> {
  const { health } = controller.world;
  const queries = site.policies.get(role)?.health ?? [];
  const answers = await Promise.all(
    queries.map(async ({ query, below }): Promise<HealthAnswer> => {
      const [canaries, others] = await Promise.all([
        health.read(query, asked.canaries, signal),
        asked.others.length === 0 ? null : health.read(query, asked.others, signal),
      ]);
      return { query, below, canaries, others };
    }),
  );
  return { asked, answers };
}
