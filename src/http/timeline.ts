/** The timeline, shaped: what was, in equal steps of time, and what is to come. What is not known is null, and never zero. */
import type { RoleName } from "../core/domain/names.ts";
import { demandQuantile, type RoleForecast } from "../core/forecast/role-forecast.ts";
import type { DemandPoint, RecordedDecision } from "../store/store.ts";
import type { Expected } from "./forecast-trail.ts";

const MINUTE_MS = 60_000;
/** Enough for the widest screen; each of them is a look into the record. */
export const MOST_STEPS = 1_500;
/** An unchanged decision is recorded every ten minutes: after eleven without one, nobody knows what was. */
const HOLDS_MS = 660_000;

/** Step `i` lasts from `fromMs + i * stepMs` for `stepMs`. */
export interface Steps {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** Whole minutes, since demand is recorded once a minute; and steps that begin at the same moments whoever asks. */
export function stepsOf(fromMs: number, toMs: number, askedStepMs: number): Steps {
  const least = Math.max(askedStepMs, (toMs - fromMs) / (MOST_STEPS - 1), MINUTE_MS);
  const stepMs = Math.ceil(least / MINUTE_MS) * MINUTE_MS;
  const first = Math.floor(fromMs / stepMs);
  return { fromMs: first * stepMs, stepMs, count: Math.max(1, Math.ceil(toMs / stepMs) - first) };
}

export const stepAt = ({ fromMs, stepMs }: Steps, atMs: number): number => Math.floor((atMs - fromMs) / stepMs);
export const endOf = ({ fromMs, stepMs }: Steps, step: number): number => fromMs + (step + 1) * stepMs;

export type Course = (number | null)[];
export const unknownCourse = ({ count }: Steps): Course => Array.from({ length: count }, () => null);

/** The highest reading of each step, in the role's own unit: a mean would hide the peak that machines are needed for. */
export function demandCourse(steps: Steps, points: readonly DemandPoint[]): Course {
  const course = unknownCourse(steps);
  for (const { atMs, reading } of points) {
    const step = stepAt(steps, atMs);
    if (reading.kind === "unknown" || step < 0 || step >= steps.count) continue;
    course[step] = Math.max(course[step] ?? Number.NEGATIVE_INFINITY, reading.value);
  }
  return course;
}

/** What one decision said of each role, in machines. `wanted` is null where demand was unknown or the role takes the rest. */
export interface Counts {
  readonly capacity: number;
  readonly desired: number;
  readonly wanted: number | null;
}

export interface Sample {
  readonly atMs: number;
  readonly roles: ReadonlyMap<RoleName, Counts>;
}

export const sampleOf = ({ atMs, decision }: RecordedDecision): Sample => ({
  atMs,
  roles: new Map(
    [...decision.roles.values()].map(({ role, counts, desired, wanted }) => [
      role,
      { capacity: counts.capacity, desired, wanted: wanted.hungry ? null : wanted.count },
    ]),
  ),
});

/** What a role had at the end of each step, by the newest decision then; `short`: machines that it wanted and had not. */
export function countCourses(steps: Steps, samples: readonly (Sample | null)[], role: RoleName) {
  const at = (step: number): Counts | null => {
    const sample = samples[step] ?? null;
    const isOld = sample === null || endOf(steps, step) - sample.atMs > HOLDS_MS;
    return isOld ? null : (sample.roles.get(role) ?? null);
  };
  const all = Array.from({ length: steps.count }, (_, step) => at(step));
  return {
    capacity: all.map((counts) => counts?.capacity ?? null),
    desired: all.map((counts) => counts?.desired ?? null),
    wanted: all.map((counts) => counts?.wanted ?? null),
    short: all.map((counts) =>
      counts === null || counts.wanted === null ? null : Math.max(0, counts.wanted - counts.capacity),
    ),
  };
}

export interface Band {
  readonly q05: Course;
  readonly q50: Course;
  readonly q95: Course;
}

/**
 * The demand that was expected half an hour before, and from `nowMs` on what is expected now, as far as the forecast reaches.
 * Null where there is none of both.
 */
export function bandOf(
  steps: Steps,
  nowMs: number,
  forecast: RoleForecast | null,
  trail: readonly Expected[],
): Band | null {
  const band: Band = { q05: unknownCourse(steps), q50: unknownCourse(steps), q95: unknownCourse(steps) };
  for (const expected of trail) if (expected.atMs <= nowMs) spread(band, steps, expected);
  for (let step = 0; step < steps.count; step++) {
    const minutes = Math.round((endOf(steps, step) - nowMs) / MINUTE_MS);
    if (forecast === null || minutes < 1 || minutes > FURTHEST_MINUTES) continue;
    band.q05[step] = demandQuantile(forecast, minutes, 0.05);
    band.q50[step] = demandQuantile(forecast, minutes, 0.5);
    band.q95[step] = demandQuantile(forecast, minutes, 0.95);
  }
  return band.q50.every((value) => value === null) ? null : band;
}

/** One expectation stands for the five minutes round it, which are several steps where they are short. */
function spread(band: Band, steps: Steps, { atMs, q05, q50, q95 }: Expected): void {
  const first = Math.max(0, stepAt(steps, atMs - HALF_MS));
  const last = Math.min(steps.count - 1, stepAt(steps, atMs + HALF_MS));
  for (let step = first; step <= last; step++) {
    band.q05[step] = q05;
    band.q50[step] = q50;
    band.q95[step] = q95;
  }
}

const HALF_MS = 150_000;
const FURTHEST_MINUTES = 2_880;

export interface PlannedCounts {
  readonly atMs: number;
  readonly slotMinutes: number;
  readonly counts: readonly number[];
}

/** The rota's planned counts, step by step from `nowMs` on. */
export function plannedCourse(steps: Steps, nowMs: number, { atMs, slotMinutes, counts }: PlannedCounts): Course {
  return unknownCourse(steps).map((_, step) => {
    const endMs = endOf(steps, step);
    const slot = Math.floor((endMs - atMs) / (slotMinutes * MINUTE_MS));
    return endMs <= nowMs || slot < 0 ? null : (counts[slot] ?? null);
  });
}
