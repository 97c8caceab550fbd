/** One role's courses as the chart wants them: a row of moments, and a row of values for each line. */
import type { TimelineAnswer, TimelineRole } from "../data/answers.ts";

type Course = readonly (number | null)[];
/** Seconds, then: q95, q05, q50, demand, capacity, desired, planned. */
export type ChartData = [number[], ...(number | null)[][]];

/** Demand is drawn in machines, beside the machines that carry it; in its own unit where nobody knows what one carries. */
export const isInMachines = ({ perMachine }: TimelineRole): boolean => perMachine !== null;

export function chartData({ fromMs, stepMs }: TimelineAnswer, role: TimelineRole): ChartData {
  const times = role.demand.map((_, step) => (fromMs + step * stepMs) / 1_000);
  const carried = role.perMachine ?? 1;
  const scaled = (course: Course): (number | null)[] =>
    course.map((value) => (value === null ? null : value / carried));
  const none = times.map(() => null);
  const { band } = role;
  return [
    times,
    band === null ? none : scaled(band.q95),
    band === null ? none : scaled(band.q05),
    band === null ? none : scaled(band.q50),
    scaled(role.demand),
    [...role.capacity],
    [...role.desired],
    [...role.planned],
  ];
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Steps in a row for which something holds, as stretches of time. */
export function stretches({ fromMs, stepMs }: TimelineAnswer, holds: readonly boolean[]): Stretch[] {
  const found: { fromMs: number; toMs: number }[] = [];
  holds.forEach((does, step) => {
    const last = found.at(-1);
    const atMs = fromMs + step * stepMs;
    if (!does) return;
    if (last?.toMs === atMs) last.toMs = atMs + stepMs;
    else found.push({ fromMs: atMs, toMs: atMs + stepMs });
  });
  return found;
}

/** Where it was short of machines, and where nobody knows: a course that has a gap before the present. */
export function shortStretches(timeline: TimelineAnswer, { short }: TimelineRole): Stretch[] {
  return stretches(
    timeline,
    short.map((count) => (count ?? 0) > 0),
  );
}

export function unknownStretches(timeline: TimelineAnswer, { demand, capacity, perMachine }: TimelineRole): Stretch[] {
  const { fromMs, stepMs, nowMs } = timeline;
  // A role that takes the rest has no demand of its own; of it only the count can be missing.
  const course = perMachine !== null || demand.some((value) => value !== null) ? demand : capacity;
  return stretches(
    timeline,
    course.map((value, step) => value === null && fromMs + (step + 1) * stepMs <= nowMs),
  );
}
