/** A role's demand over the past, from Prometheus: asked in pieces, with every minute that is only partly covered left out (S2). */
import { isSelector } from "../../core/domain/selector.ts";
import type { PastLoad, PastPoint } from "../ports.ts";
import { bearerTokenFile } from "./bearer-token.ts";
import { composeQueries } from "./prometheus.ts";
import type { Point, RangeAnswer } from "./prometheus-answer.ts";
import { queryEndpoint } from "./prometheus-query.ts";

export interface HistorySettings {
  readonly url: string;
  readonly tokenFile?: string | undefined;
  /** For each piece. */
  readonly deadlineMs: number;
}

export interface PrometheusHistory extends PastLoad {
  /** The same of any expression that yields one series. Nothing vouches for it: no machine may be steered by it. */
  readExpression(promql: string, fromMs: number, toMs: number): ReturnType<PastLoad["read"]>;
}

const STEP_S = 60;
/** Prometheus refuses more than 11,000 points of a series in one answer. */
const MOST_POINTS = 10_000;

export function prometheusHistory(settings: HistorySettings): PrometheusHistory {
  const endpoint = queryEndpoint(settings.url);
  const readToken = bearerTokenFile(settings.tokenFile);

  const pieces = async (promql: string, fromMs: number, toMs: number): Promise<RangeAnswer> => {
    const [fromS, toS] = [Math.ceil(fromMs / 60_000) * STEP_S, Math.floor(toMs / 60_000) * STEP_S];
    const points: Point[] = [];
    for (let startS = fromS; startS <= toS; startS += MOST_POINTS * STEP_S) {
      const signal = AbortSignal.timeout(settings.deadlineMs);
      const range = { startS, endS: Math.min(toS, startS + (MOST_POINTS - 1) * STEP_S), stepS: STEP_S };
      const answer = await endpoint.range(promql, range, await readToken(signal), signal);
      if (!answer.ok) return answer;
      points.push(...answer.points);
    }
    return { ok: true, points };
  };

  return {
    async read(demand, fromMs, toMs) {
      const queries = composeQueries(demand);
      if (!isSelector(queries.vouching)) return { ok: false, why: `${queries.vouching} is not a selector` };
      const value = await pieces(queries.value, fromMs, toMs);
      if (!value.ok) return value;
      const count = await pieces(queries.count, fromMs, toMs);
      if (!count.ok) return count;
      return { ok: true, points: covered(value.points, count.points, demand.expectSeries ?? null) };
    },
    async readExpression(promql, fromMs, toMs) {
      const answer = await pieces(promql, fromMs, toMs);
      return answer.ok
        ? { ok: true, points: answer.points.map(([atS, value]) => ({ atMs: atS * 1_000, value })) }
        : answer;
    },
  };
}

/** Fewer series than there must be are half the truth; without a number in the policy, than the most that ever were. */
function covered(values: readonly Point[], counts: readonly Point[], stated: number | null): PastPoint[] {
  const countAt = new Map(counts);
  const expected = stated ?? counts.reduce((most, [, count]) => Math.max(most, count ?? 0), 0);
  return values.map(([atS, value]) => {
    const isWhole = (countAt.get(atS) ?? 0) >= expected;
    return { atMs: atS * 1_000, value: isWhole && value !== null && value >= 0 ? value : null };
  });
}
