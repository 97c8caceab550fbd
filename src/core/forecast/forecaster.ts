/**
 * The forecaster of one role's demand: takes a reading a step, and knows at any time how demand will be spread over the
 * coming hours. It holds its state in place for speed; the same readings give the same state, always.
 */
import type { Reading } from "../domain/reading.ts";
import { believable, expectedLog, lastLog } from "./believable.ts";
import { type Cadence, daySteps, NEAR } from "./cadence.ts";
import { TINY_ERROR, UNTOLD } from "./error-scale.ts";
import {
  appendDeviation,
  createDeviations,
  type Deviations,
  rowSize,
  writeMeasured,
  writeRecent,
  writeSeasonal,
} from "./features.ts";
import { append, createHistory, type History, isSeen, roughness, slot } from "./history.ts";
import {
  createLeadModel,
  foretell,
  foretellSame,
  foretellScale,
  type LeadModel,
  learnOutcome,
  learnRow,
  learnTogether,
  ORIGINS,
  originSlot,
  refit,
  standardError,
} from "./lead-model.ts";
import { createRefresh, followRefresh, logUntold, type Refresh } from "./refresh.ts";
import { createSeason, learnSeason, profileAt, type Season } from "./season.ts";
import { at, zeros } from "./vector.ts";
import { createWindow, follow, type Window } from "./window.ts";

export interface Forecaster {
  readonly cadence: Cadence;
  /** Added to demand before its logarithm is taken: relative errors of a load near nothing mean nothing. */
  readonly offset: number;
  readonly history: History;
  readonly season: Season;
  readonly deviations: Deviations;
  readonly window: Window;
  readonly refresh: Refresh;
  readonly leads: readonly LeadModel[];
  /** Features, by origin. */
  readonly rows: readonly Float64Array[];
  readonly scratch: Float64Array;
  /** The first season's level, which the level features count from. */
  reference: number;
}

/** Share of the pool that is added before logarithms are taken. */
const OFFSET_SHARE = 0.06;

/** `most`: the greatest demand that matters, that of the whole pool, in the role's own unit. */
export function createForecaster(most: number, cadence: Cadence = NEAR): Forecaster {
  const size = rowSize(cadence);
  return {
    cadence,
    offset: OFFSET_SHARE * most,
    history: createHistory(),
    season: createSeason(),
    deviations: createDeviations(),
    window: createWindow(),
    refresh: createRefresh(),
    leads: cadence.leads.map((lead) => createLeadModel(lead, size)),
    rows: Array.from({ length: ORIGINS }, () => zeros(size)),
    scratch: zeros(size * size),
    reference: Number.NaN,
  };
}

/** Takes the next step's reading, learns from it, and forecasts anew. */
export function observe(forecaster: Forecaster, reading: Reading): void {
  const { history, season, cadence, deviations } = forecaster;
  const now = history.length;
  const { log, seen } = taken(forecaster, reading);
  append(history, log, seen);
  followRefresh(forecaster.refresh, Math.exp(log) - forecaster.offset, now, seen);
  follow(forecaster.window, Math.exp(log) - forecaster.offset, now, seen);

  const ahead = now + cadence.newestDay * daySteps(cadence) - cadence.halfWindow;
  if (ahead >= daySteps(cadence)) learnSeason(season, history, cadence, ahead);
  const profile = profileAt(season, now);
  if (Number.isNaN(profile)) return;
  if (Number.isNaN(forecaster.reference)) forecaster.reference = profile;
  appendDeviation(deviations, now, log - profile);

  if (seen) learn(forecaster, now);
  refitWhenDue(forecaster, now);
  predict(forecaster, now);
}

function taken({ offset, history, leads, season }: Forecaster, reading: Reading): { log: number; seen: boolean } {
  const now = history.length;
  const forecast = expectedLog(history, leads, now, profileAt(season, now));
  const expected = Number.isNaN(forecast) ? lastLog(history) : forecast;
  if (reading.kind === "unknown") return { log: expected, seen: false };
  const log = Math.log(Math.max(0, reading.value) + offset);
  // Censored below what was expected, it tells nothing; above, it is the least that can be learned.
  if (reading.kind === "atLeast" && log < expected) return { log: expected, seen: false };
  return { log, seen: true };
}

function learn(forecaster: Forecaster, now: number): void {
  const { leads, history, cadence } = forecaster;
  const outcome = at(history.log, slot(now));
  const day = daySteps(cadence);
  const first = leads[0] as LeadModel;
  for (let index = 0; index < leads.length; index++) {
    const model = leads[index] as LeadModel;
    const origin = now - model.lead;
    if (origin < forecaster.deviations.first || !isSeen(history, origin)) continue;
    if (Number.isNaN(at(model.said, originSlot(origin)))) continue;
    learnOutcome(model, origin, outcome, day);
    if (index === 0) continue;
    const shorter = leads[index - 1] as LeadModel;
    const own = standardError(model, origin, outcome);
    const ofShorter = standardError(shorter, origin, at(history.log, slot(origin + shorter.lead)));
    const ofFirst = standardError(first, origin, at(history.log, slot(origin + 1)));
    learnTogether(model, own, ofShorter, ofFirst, day);
  }
  if (now % cadence.rowEvery === 0) learnRows(forecaster, now);
}

/** Long leads learn a mean of three steps: the target's own noise teaches nothing. */
const SMOOTH_BEYOND = 3;
const WARM_UP = 60;

function learnRows(forecaster: Forecaster, now: number): void {
  const { leads, history, cadence, season, deviations, rows, reference } = forecaster;
  for (const model of leads) {
    const smooth = model.lead > SMOOTH_BEYOND;
    const target = smooth ? now - 1 : now;
    const origin = target - model.lead;
    if (origin < deviations.first + WARM_UP || !isSeen(history, origin)) continue;
    const log = (back: number): number => at(history.log, slot(now - back));
    const outcome = smooth ? (log(0) + log(1) + log(2)) / 3 : log(0);
    const row = rows[originSlot(origin)] as Float64Array;
    writeSeasonal(season, cadence, origin, target, reference, row);
    writeMeasured(forecaster, origin, model.lead, row);
    learnRow(model, row, outcome - profileAt(season, target));
  }
}

/** One lead a step: no step does more than one. */
function refitWhenDue({ leads, deviations, cadence, scratch }: Forecaster, now: number): void {
  const age = now - deviations.first - cadence.firstFit;
  const model = age < 0 ? undefined : leads[age % cadence.refitEvery];
  if (model !== undefined) refit(model, cadence.refitEvery, daySteps(cadence), scratch);
}

function predict(forecaster: Forecaster, now: number): void {
  const { leads, history, cadence, season, deviations, rows, reference, refresh, offset } = forecaster;
  const row = rows[originSlot(now)] as Float64Array;
  writeRecent(deviations, cadence, now, row);
  const logOf = (size: number): number => Math.log(size + TINY_ERROR);
  const hour = logOf(roughness(history, 60 / cadence.stepMinutes));
  const day = logOf(roughness(history, daySteps(cadence)));
  const first = logOf((leads[0] as LeadModel).recent);
  for (const model of leads) {
    const target = now + model.lead;
    writeSeasonal(season, cadence, now, target, reference, row);
    writeMeasured(forecaster, now, model.lead, row);
    // Until the first fit the best that is known is that nothing changes.
    const steady = at(history.log, slot(now));
    const bound = (log: number): number => believable(log, history, offset);
    const mean = model.fitted
      ? foretell(model, now, profileAt(season, target), row, bound)
      : foretellSame(model, now, steady);
    const features = model.scaleFeatures[originSlot(now)] as Float64Array;
    features[0] = 1;
    features[1] = mean - reference;
    features[2] = hour;
    features[3] = day;
    features[4] = logOf(model.recent);
    features[5] = first;
    features[UNTOLD] = logUntold(refresh, now, model.lead);
    foretellScale(model, now);
  }
}
