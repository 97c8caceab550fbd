/** Demand from Prometheus: a value, and the age and number of the series behind it, or an honest "unknown" (S2). */
import type { RoleName } from "../../core/domain/names.ts";
import type { DemandFacts } from "../../core/domain/observation.ts";
import type { Demand } from "../../core/domain/policy.ts";
import { known, type Reading, unknown } from "../../core/domain/reading.ts";
import { isSelector } from "../../core/domain/selector.ts";
import { describeDuration } from "../../core/domain/units.ts";
import type { Clock, LoadMeter } from "../ports.ts";
import { bearerTokenFile } from "./bearer-token.ts";
import { ExpectedSeries, type SeriesSeen } from "./expected-series.ts";
import type { Answer } from "./prometheus-answer.ts";
import { queryEndpoint } from "./prometheus-query.ts";

/** Clocks of exporters that set their own timestamps differ by a little; beyond this, an age means nothing. */
export const CLOCK_SKEW_MS = 5_000;

export interface PrometheusSettings {
  readonly url: string;
  /** For all queries of one reading together. */
  readonly deadlineMs: number;
  readonly tokenFile?: string | undefined;
  readonly clock: Pick<Clock, "monotonicMs">;
}

/** A `LoadMeter` whose memory of how many series there should be can be stored over a restart. */
export interface PrometheusLoadMeter extends LoadMeter {
  expectedSeries(): ReadonlyMap<RoleName, SeriesSeen>;
  restoreExpectedSeries(state: ReadonlyMap<RoleName, SeriesSeen>): void;
}

type MeasuredDemand = Parameters<LoadMeter["read"]>[1];
type Ask = (promql: string) => Promise<Answer>;

/** The composed queries of one demand. `vouching` is the selector whose age and count vouch for the value. */
export interface DemandQueries {
  readonly vouching: string;
  readonly value: string;
  readonly age: string;
  readonly count: string;
}

/**
 * The queries of one reading run in parallel, so they are evaluated some ms apart: a series that appears in between is
 * missing from one single reading, which the role's holds absorb.
 */
export function prometheusLoadMeter(settings: PrometheusSettings): PrometheusLoadMeter {
  const endpoint = queryEndpoint(settings.url);
  const readToken = bearerTokenFile(settings.tokenFile);
  const expected = new ExpectedSeries(() => settings.clock.monotonicMs());

  const read = async (role: RoleName, demand: MeasuredDemand, signal: AbortSignal): Promise<DemandFacts> => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(settings.deadlineMs)]);
    const token = await readToken(deadline);
    const ask: Ask = (promql) => endpoint.query(promql, token, deadline);
    const [value, confirm] = await Promise.all([
      readDemand(role, demand, expected, ask),
      demand.confirm === undefined ? null : readConfirm(demand.confirm, ask),
    ]);
    return { demand: value, confirm };
  };

  return {
    read,
    expectedSeries: () => expected.state(),
    restoreExpectedSeries: (state) => expected.restore(state),
  };
}

async function readDemand(
  role: RoleName,
  demand: MeasuredDemand,
  expected: ExpectedSeries,
  ask: Ask,
): Promise<Reading> {
  const queries = composeQueries(demand);
  if (!isSelector(queries.vouching)) return unknown(notASelector(demand));

  const [value, age, count] = await Promise.all([ask(queries.value), ask(queries.age), ask(queries.count)]);
  // Learnt whatever the rest says: a NaN among the values makes no series fewer.
  const most = count.ok ? expected.learn(role, queries.vouching, count.value) : 0;
  const reading = readLoad("value", value);
  if (reading.kind === "unknown") return reading;
  const wrong = wrongCount(count, demand.expectSeries ?? null, most) ?? wrongAge(age, demand.maxAge);
  return wrong === null ? reading : unknown(wrong);
}

/** `sum(S)`, `max(time() - timestamp(S))` and the count of S; for an expression, itself and the last two of `ageOf`. */
export function composeQueries(demand: MeasuredDemand): DemandQueries {
  const vouching = (demand.kind === "series" ? demand.series : demand.ageOf).trim();
  return {
    vouching,
    value: demand.kind === "series" ? `${demand.aggregate}(${vouching})` : demand.expression,
    // timestamp() of anything but a selector is the evaluation time, and the age always 0: `isSelector` guards this.
    age: `max(time() - timestamp(${vouching}))`,
    // max() skips a NaN silently, so a series that is NaN must not count: NaN compares false with everything.
    count: `count(${vouching} > -Inf)`,
  };
}

async function readConfirm(promql: string, ask: Ask): Promise<Reading> {
  return readLoad("confirm", await ask(promql));
}

/** Load is never below 0: a negative value is a wrong query or a broken exporter, not an idle role. */
export function readLoad(query: "value" | "confirm", answer: Answer): Reading {
  if (!answer.ok) return unknown(`${query} query: ${answer.why}`);
  if (answer.value < 0) return unknown(`${query} query: a load can't be negative, got ${answer.value}`);
  return known(answer.value);
}

/** Why so many series are too few; null: they are enough. `most`: the most seen, where the policy states no number. */
export function wrongCount(count: Answer, stated: number | null, most: number): string | null {
  if (!count.ok) return `count query: ${count.why}`;
  const expected = stated ?? most;
  if (count.value >= expected) return null;
  const source = stated === null ? "the most seen in 24 h" : "expectSeries";
  return `partly covered: ${count.value} of ${expected} series (${source})`;
}

/** Why samples of this age, in seconds, are not to be trusted; null: they are. */
export function wrongAge(age: Answer, maxAgeMs: number): string | null {
  if (!age.ok) return `age query: ${age.why}`;
  const ageMs = age.value * 1_000;
  if (ageMs < -CLOCK_SKEW_MS)
    return `age query: the samples are ${describeDuration(-ageMs)} in the future, a skewed clock`;
  if (ageMs <= maxAgeMs) return null;
  return `age query: the samples are too old, ${describeDuration(ageMs)} of at most ${describeDuration(maxAgeMs)}`;
}

function notASelector(demand: Demand & { kind: "series" | "expression" }): string {
  return demand.kind === "series"
    ? "demand.series is an expression, not a selector, so its age can't be asked for; use expression and ageOf"
    : "demand.ageOf is an expression, not a selector, so its age can't be asked for";
}
