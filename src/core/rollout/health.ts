/** Whether a stage is healthy: its machines as retask sees them, and the policy's queries, against the old image. Pure. */
import type { MachineName } from "../domain/names.ts";
import { describeReading } from "../domain/reading.ts";
import type { HealthAnswer, HealthFacts, HealthSample, Rollout } from "../domain/rollout.ts";
import { type Standing, standingsOf } from "../domain/standing.ts";
import { storageView } from "../storage/storage-view.ts";
import { rolloutContext, rolloutState } from "./rollout.statechart.ts";
import type { Health } from "./rollout-steps.ts";
import { type RolloutPremises, type Survey, stageSize, survey } from "./survey.ts";

const HEALTHY: Health = { kind: "healthy", why: "" };
const unclear = (why: string): Health => ({ kind: "unclear", why });
const sick = (why: string): Health => ({ kind: "sick", why });

/** States in which the new image is on trial. */
const ON_TRIAL = new Set(["canary", "wave", "soaking"]);
export const isOnTrial = ({ chart }: Rollout): boolean => ON_TRIAL.has(rolloutState(chart));

/**
 * Whom the queries are asked of now; null: nobody has booted yet. Each stage has its own canaries, as many as the roll-out
 * has, and is held against as many machines of the old image: a sum over thirty is no match for a sum over one.
 */
export function healthSample(rollout: Rollout, found: Pick<Survey, "renewed" | "old">): HealthSample | null {
  const { stage } = rolloutContext(rollout.chart);
  const { renewed, old } = found;
  const before = stage === 0 ? 0 : stageSize(rollout, renewed.length + old.length, stage - 1);
  const ofStage = renewed.slice(before);
  const most = Math.max(1, rollout.canaries);
  const few = old.length === 0 ? most : Math.min(most, old.length);
  const canaries = (ofStage.length === 0 ? renewed : ofStage).slice(0, few);
  if (canaries.length === 0) return null;
  // The last in the order: they keep the old image the longest.
  return { canaries, others: old.slice(-canaries.length) };
}

/** What the observation must ask for this role; null: nothing. */
export function sampleToAsk(rollout: Rollout, premises: RolloutPremises): HealthSample | null {
  const queries = premises.site.policies.get(rollout.role)?.health ?? [];
  return queries.length === 0 || !isOnTrial(rollout)
    ? null
    : healthSample(rollout, heard(survey(rollout, premises), premises));
}

/** Without those whose silence a file server explains, dead or about to be called so: they say nothing of any image. */
function heard(
  { renewed, old }: Survey,
  { site, state, observation }: RolloutPremises,
): Pick<Survey, "renewed" | "old"> {
  const view = storageView(site, state, observation);
  const inTrouble = view.servers.filter((server) => view.isDead(server) || view.seemsDead(server));
  if (inTrouble.length === 0) return { renewed, old };
  const standings = standingsOf(site, state, observation);
  const tells = (machine: MachineName): boolean => {
    const server = view.serverOf(state.machines.get(machine)?.image ?? null);
    return server === null || !inTrouble.includes(server) || standings.get(machine)?.kind !== "unknown";
  };
  return { renewed: renewed.filter(tells), old: old.filter(tells) };
}

export function healthOf(rollout: Rollout, surveyed: Survey, premises: RolloutPremises): Health {
  const found = heard(surveyed, premises);
  const sample = healthSample(rollout, found);
  if (sample === null) return HEALTHY;
  const serving = servingHealth(found, sample, standingsOf(premises.site, premises.state, premises.observation));
  if (serving.kind === "sick") return serving;
  const asked = queriesHealth(rollout, sample, premises);
  return asked.kind === "sick" || serving.kind === "healthy" ? asked : serving;
}

/** A machine that came up well and is lost since. Where the old ones are lost too, retask may be the one that is blind (S11). */
function servingHealth(
  { renewed }: Pick<Survey, "renewed">,
  { others }: HealthSample,
  standings: ReadonlyMap<MachineName, Standing>,
): Health {
  const lost = (machine: MachineName): string | null => {
    const standing = standings.get(machine);
    return standing?.kind === "unknown" ? `${machine}: ${standing.why}` : null;
  };
  const why = renewed.map(lost).find((one) => one !== null);
  if (why === undefined || why === null) return HEALTHY;
  const alike = others.map(lost).find((one) => one !== null);
  return alike === undefined || alike === null ? sick(why) : unclear(`${why}; and so is ${alike}, of the old image`);
}

function queriesHealth({ role }: Rollout, sample: HealthSample, { site, observation }: RolloutPremises): Health {
  const queries = site.policies.get(role)?.health ?? [];
  if (queries.length === 0) return HEALTHY;
  const facts = observation.health.get(role);
  const answers = facts !== undefined && isSameSample(facts, sample) ? facts.answers : [];
  const verdicts = queries.map(({ query, below }) => {
    const answer = answers.find((one) => one.query === query && one.below === below);
    return answer === undefined ? unclear(`health is not known yet: ${query}`) : judgeAnswer(answer, sample);
  });
  return verdicts.find(({ kind }) => kind === "sick") ?? verdicts.find(({ kind }) => kind === "unclear") ?? HEALTHY;
}

/** What is as bad on the old image is not the new one's fault; but it is no health either. */
function judgeAnswer({ query, below, canaries, others }: HealthAnswer, { canaries: names }: HealthSample): Health {
  if (canaries.kind !== "known")
    return unclear(`health of ${names.join(", ")} is ${describeReading(canaries)}: ${query}`);
  if (canaries.value < below) return HEALTHY;
  const found = `${query} is ${describeReading(canaries)} on ${names.join(", ")}, and should be below ${below}`;
  if (others === null) return sick(`${found}; no machine is left to compare with`);
  const compared = `${describeReading(others)} on as many of the old image`;
  if (others.kind !== "known") return unclear(`${found}; ${compared}`);
  return others.value < below ? sick(`${found}; ${compared}`) : unclear(`${found}; but ${compared} too`);
}

const isSameSample = ({ asked }: HealthFacts, { canaries, others }: HealthSample): boolean =>
  asked.canaries.join() === canaries.join() && asked.others.join() === others.join();
