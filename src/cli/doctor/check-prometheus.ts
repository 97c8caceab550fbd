/** Prometheus: each role's queries give a fresh value, from as many series as there should be. */
import type { Demand } from "../../core/domain/policy.ts";
import { bearerTokenFile } from "../../world/load/bearer-token.ts";
import { composeQueries, readLoad, wrongAge, wrongCount } from "../../world/load/prometheus.ts";
import type { Answer } from "../../world/load/prometheus-answer.ts";
import { queryEndpoint } from "../../world/load/prometheus-query.ts";
import { type Check, counted, each, USUAL_DEADLINE_MS } from "./examined.ts";
import { type Fault, type FaultName, looked, skipped } from "./finding.ts";

export type MeasuredDemand = Demand & { kind: "series" | "expression" };

/** What Prometheus says to one role's queries. */
export interface DemandAnswers {
  readonly value: Answer;
  /** Seconds. */
  readonly age: Answer;
  readonly count: Answer;
  /** Most series at once in the last 24 hours, where the policy does not say how many there must be. */
  readonly most: Answer | null;
  readonly confirm: Answer | null;
}

export const prometheusCheck: Check = {
  name: "prometheus",
  deadlineMs: () => USUAL_DEADLINE_MS,
  run: async ({ configuration }, signal) => {
    const { prometheus } = configuration.settings;
    if (prometheus === undefined) return skipped("retask.yaml names no prometheus");
    const endpoint = queryEndpoint(prometheus.url);
    const token = await bearerTokenFile(prometheus.tokenFile)(signal);
    const ask = (promql: string): Promise<Answer> =>
      endpoint.query(promql, token, AbortSignal.any([signal, AbortSignal.timeout(prometheus.deadline)]));
    const measured = [...configuration.site.policies.values()].flatMap(({ role, demand }) =>
      demand.kind === "series" || demand.kind === "expression" ? [{ role, demand }] : [],
    );
    const faults = await each(measured, async ({ role, demand }) =>
      judgeDemand(role, demand, await askDemand(demand, ask)),
    );
    return looked(faults.flat(), `${counted(measured.length, "role")} with a fresh and whole demand`);
  },
};

async function askDemand(demand: MeasuredDemand, ask: (promql: string) => Promise<Answer>): Promise<DemandAnswers> {
  const { value, age, count } = composeQueries(demand);
  const most = demand.expectSeries === undefined ? `max_over_time((${count})[24h:5m])` : null;
  const askFor = (promql: string | null | undefined) => (promql == null ? null : ask(promql));
  const answers = await Promise.all([ask(value), ask(age), ask(count), askFor(most), askFor(demand.confirm)]);
  return { value: answers[0], age: answers[1], count: answers[2], most: answers[3], confirm: answers[4] };
}

export function judgeDemand(role: string, demand: MeasuredDemand, answers: DemandAnswers): Fault[] {
  const { value, age, count, most, confirm } = answers;
  const queries = composeQueries(demand);
  const fault = (name: FaultName, what: string, why: string, advice: string): Fault => ({
    ...{ name, level: "error", what, where: [role], why, advice },
  });
  const read = readLoad("value", value);
  // Without a value its age and count are missing for the same reason.
  if (read.kind === "unknown") {
    const advice = `ask Prometheus for it, and correct the policy or the exporter: ${queries.value}`;
    return [fault("prometheus-value", "its demand gives no value", read.why, advice)];
  }
  const faults: Fault[] = [];
  const old = wrongAge(age, demand.maxAge);
  if (old !== null) {
    const advice = "look at the exporter's target in Prometheus, and at maxAge in the policy";
    faults.push(fault("prometheus-stale", "its demand is not fresh", old, advice));
  }
  const few = wrongCount(count, demand.expectSeries ?? null, most?.ok === true ? most.value : 0);
  if (few !== null) {
    const advice = `see which exporter is gone, or correct expectSeries: ${queries.vouching}`;
    faults.push(fault("prometheus-count", "series of its demand are missing", few, advice));
  }
  const second = confirm === null ? null : readLoad("confirm", confirm);
  if (second?.kind === "unknown") {
    const advice = "correct demand.confirm: without it big drops are held for suspectFor";
    faults.push(fault("prometheus-confirm", "its second signal gives no value", second.why, advice));
  }
  return faults;
}
