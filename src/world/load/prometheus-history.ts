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

const STEP_S = 60;
/** Prometheus refuses more than 11,000 points of a series in one answer. */
const MOST_POINTS = 10_000;

export function prometheusHistory(settings: HistorySettings): PastLoad {
  const endpoint = queryEndpoint(settings.url);
  const readToken = bearerTokenFile(settings.tokenFile);

  const pieces = async (promql: string, fromS: number, toS: number): Promise<RangeAnswer> => {
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
      const [fromS, toS] = [Math.ceil(fromMs / 60_000) * STEP_S, Math.floor(toMs / 60_000) * STEP_S];
      const value = await pieces(queries.value, fromS, toS);
      if (!value.ok) return value;
      const count = await pieces(queries.count, fromS, toS);
      if (!count.ok) return count;
      return { ok: true, points: covered(value.points, count.points, demand.expectSeries ?? null) };
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
