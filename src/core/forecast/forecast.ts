/** A forecast: how one role's demand is spread over the coming hours, as plain data, and what can be read off it. */
import type { ErrorLaw } from "./error-law.ts";
import { UNTOLD } from "./error-scale.ts";
import type { Forecaster } from "./forecaster.ts";
import { isSeen } from "./history.ts";
import { type LeadModel, originSlot } from "./lead-model.ts";
import type { QuantileMap } from "./quantile-map.ts";
import { logUntold } from "./refresh.ts";
import { at, zeros } from "./vector.ts";

export interface LeadForecast {
  readonly minutes: number;
  /** Mean of log(demand + offset). */
  readonly mean: number;
  /** What the law's standardised errors are multiplied by. */
  readonly scale: number;
  readonly law: ErrorLaw;
  readonly map: QuantileMap;
  /** Covariance of its standardised error with the next shorter lead's, and with lead 1's. */
  readonly withShorter: number;
  readonly withFirst: number;
}

export interface Forecast {
  /** Added to demand before its logarithm is taken, in the role's own unit. */
  readonly offset: number;
  readonly leads: readonly LeadForecast[];
  /** How much log scale grows with each unit of log demand, at the shortest lead. */
  readonly levelSlope: number;
  /** Scale of the shortest lead's error as it will be 0, 1, … steps from now; after the last it begins again. */
  readonly firstScales: Float64Array;
}

/** `null` while too little is known for any: less than a day and some hours of history, or a gap longer than any lead. */
export function forecastOf(forecaster: Forecaster): Forecast | null {
  const { history, leads, cadence, offset } = forecaster;
  let origin = history.length - 1;
  const longest = leads.at(-1);
  const shortest = leads[0];
  if (longest === undefined || shortest === undefined) return null;
  while (!isSeen(history, origin)) if (history.length - --origin > longest.lead) return null;
  if (origin < 0 || !leads.every((model) => model.fitted && model.scale.learned)) return null;

  const place = originSlot(origin);
  const made = leads.map((model) => ({
    minutes: model.lead * cadence.stepMinutes,
    mean: at(model.said, place),
    scale: at(model.scales, place),
    law: model.law,
    map: model.map,
    withShorter: model.withShorter,
    withFirst: model.withFirst,
  }));
  const age = (history.length - 1 - origin) * cadence.stepMinutes;
  return {
    offset,
    leads: age === 0 ? made : aged(made, age),
    levelSlope: at(shortest.scale.coefficients, 1),
    firstScales: firstScales(forecaster, origin),
  };
}

/** It differs from step to step only where demand is refreshed every few steps. */
function firstScales({ refresh, leads }: Forecaster, origin: number): Float64Array {
  const first = leads[0] as LeadModel;
  const now = at(first.scales, originSlot(origin));
  const slope = at(first.scale.coefficients, UNTOLD);
  const untoldAt = (ahead: number): number => logUntold(refresh, origin + ahead, first.lead);
  return Float64Array.from(
    { length: refresh.period },
    (_, ahead) => now * Math.exp(slope * (untoldAt(ahead) - untoldAt(0))),
  );
}

/** A forecast made `age` minutes ago: what was said of lead + age is what is known of lead now, spread included. */
function aged(leads: readonly LeadForecast[], age: number): LeadForecast[] {
  return leads.map((lead) => {
    const { from, to, share } = between(leads, lead.minutes + age);
    const nearer = share < 0.5 ? from : to;
    return {
      ...nearer,
      minutes: lead.minutes,
      mean: mix(from.mean, to.mean, share),
      scale: mix(from.scale, to.scale, share),
    };
  });
}

export const mix = (from: number, to: number, share: number): number => from + share * (to - from);

/** The leads round a time ahead, and how far between them it lies; beyond the longest, the longest. */
export function between(
  leads: readonly LeadForecast[],
  minutes: number,
): { readonly from: LeadForecast; readonly to: LeadForecast; readonly share: number } {
  let index = 0;
  while (index < leads.length - 2 && (leads[index + 1] as LeadForecast).minutes <= minutes) index += 1;
  const from = leads[index] as LeadForecast;
  const to = leads[index + 1] ?? from;
  const gap = to.minutes - from.minutes;
  return { from, to, share: gap > 0 ? Math.max(0, Math.min(1, (minutes - from.minutes) / gap)) : 0 };
}

/**
 * Equally likely demands `minutes` ahead, rising, in the role's own unit. With `spreadMinutes`, they are spread as if seen from
 * so shortly before: what a later decision will have to go by.
 */
export function demandBins({ leads, offset }: Forecast, minutes: number, spreadMinutes = minutes): Float64Array {
  const middle = between(leads, minutes);
  const mean = mix(middle.from.mean, middle.to.mean, middle.share);
  const { from, to, share } = between(leads, Math.min(minutes, spreadMinutes));
  const bins = zeros(from.law.bins.length);
  for (let bin = 0; bin < bins.length; bin++) {
    const error = mix(at(from.law.bins, bin) * from.scale, at(to.law.bins, bin) * to.scale, share);
    bins[bin] = Math.max(0, Math.exp(mean + error) - offset);
  }
  return bins;
}

/** The demand that is not exceeded with probability `p`, `minutes` ahead. Quantiles never cross: each is a sum of rising ones. */
export function quantile(forecast: Forecast, minutes: number, p: number): number {
  const bins = demandBins(forecast, minutes);
  const place = Math.max(0, Math.min(bins.length - 1, p * bins.length - 0.5));
  const index = Math.floor(place);
  const upper = Math.min(bins.length - 1, index + 1);
  return mix(at(bins, index), at(bins, upper), place - index);
}

/** The probability that demand is above `demand`, `minutes` ahead. */
export function exceedance(forecast: Forecast, minutes: number, demand: number): number {
  const bins = demandBins(forecast, minutes);
  let above = 0;
  for (const bin of bins) if (bin > demand) above += 1;
  return above / bins.length;
}
