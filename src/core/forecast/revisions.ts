/**
 * How a forecast will be revised: what a later decision will know more. x is the revision of log demand known by then; its
 * variance grows with time as far as the errors of long leads exceed those of the shortest (the martingale model of forecast
 * evolution, Heath & Jackson 1994), and it persists as far as the errors of neighbouring leads hang together.
 */
import { between, type Forecast, type LeadForecast, mix } from "./forecast.ts";
import { at, clamp, zeros } from "./vector.ts";

export interface Revisions {
  /** Log demand, corrected for each lead's own bias but not for the shortest lead's, which its law still holds. */
  readonly means: Float64Array;
  /** Var x, when a decision one step before the lead is taken. */
  readonly variances: Float64Array;
  /** What of x is left after a minute, between this lead and the next. */
  readonly persistence: Float64Array;
}

/** Share of what neighbouring errors have in common that is the shortest lead's own error, and no revision. */
const COMMON_ERROR = 0.4;
const LEAST_PERSISTENCE = 0.02;

export function revisionsOf({ leads, firstScales }: Forecast): Revisions {
  const count = leads.length;
  const first = leads[0] as LeadForecast;
  const spread = (lead: LeadForecast): number => lead.law.spread * lead.scale;
  const bias = (lead: LeadForecast): number => lead.law.bias * lead.scale;
  const usual = firstScales.reduce((sum, scale) => sum + scale * scale, 0) / firstScales.length;
  const ownAt = (minutes: number, gap: number): number =>
    first.law.spread ** 2 * (gap > 1 ? usual : at(firstScales, (minutes - 1) % firstScales.length) ** 2);

  const means = Float64Array.from(leads, (lead) => lead.mean + bias(lead) - bias(first));
  const variances = zeros(count);
  const persistence = zeros(count).fill(1);
  for (let index = 1; index < count; index++) {
    const lead = leads[index] as LeadForecast;
    // Each lead's spread is estimated by itself: what is known of the future never shrinks by much.
    const own = ownAt(lead.minutes, lead.minutes - (leads[index - 1] as LeadForecast).minutes);
    variances[index] = Math.max(
      at(variances, index - 1) * 0.9,
      spread(lead) ** 2 - own,
      usual * first.law.spread ** 2 * 0.01,
    );
    if (index === 1) continue;
    const shorter = leads[index - 1] as LeadForecast;
    const gap = lead.minutes - shorter.minutes;
    const together = (lead.withShorter - lead.law.bias * shorter.law.bias) * lead.scale * shorter.scale;
    const common = COMMON_ERROR * withFirstAt(leads, gap + first.minutes);
    const before = at(variances, index - 1);
    const most = Math.min(1, Math.sqrt(at(variances, index) / before));
    persistence[index - 1] = clamp((together - common) / before, Math.min(LEAST_PERSISTENCE, most), most) ** (1 / gap);
  }
  if (count > 1) persistence[count - 1] = at(persistence, count - 2);
  return { means, variances, persistence };
}

/** Covariance of the error at that lead with the shortest lead's. */
function withFirstAt(leads: readonly LeadForecast[], minutes: number): number {
  const first = leads[0] as LeadForecast;
  const lead = leads.find((one) => one !== first && one.minutes >= minutes) ?? leads.at(-1) ?? first;
  return Math.max(0, lead.withFirst - first.law.bias * lead.law.bias) * first.scale * lead.scale;
}

/** Log demand, Var x and what of x is left after `stepMinutes`, `minutes` ahead. */
export function revisionAt(
  { leads }: Forecast,
  { means, variances, persistence }: Revisions,
  minutes: number,
  stepMinutes: number,
): { readonly mean: number; readonly variance: number; readonly persistence: number; readonly lead: LeadForecast } {
  const { from, share } = between(leads, minutes);
  const index = leads.indexOf(from);
  const next = Math.min(index + 1, leads.length - 1);
  return {
    mean: mix(at(means, index), at(means, next), share),
    variance: mix(at(variances, index), at(variances, next), share),
    persistence: at(persistence, index) ** stepMinutes,
    lead: from,
  };
}
