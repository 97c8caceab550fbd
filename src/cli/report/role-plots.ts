/** The plots of one role in a back-test: demand and what was expected of it, capacity beside need, shortages, and moves. */
import {
  type Bucket,
  bandOf,
  bucketsOf,
  lineOf,
  type Minutes,
  stepsOf,
  stretchMinutes,
  totalOf,
  unknownIn,
} from "./buckets.ts";
import type { Area, Mark, Plot } from "./plot.ts";
import type { RoleCourse } from "./role-course.ts";

const HOUR_MINUTES = 60;

const stretches = (values: Minutes, across: number): Bucket[] => bucketsOf(values, stretchMinutes(values, across));

type Measured = NonNullable<RoleCourse["measured"]>;

/** `id`: unique on the page. */
export function rolePlots(course: RoleCourse, id: string): Plot[] {
  const { measured } = course;
  if (measured === null) return [capacityPlot(course, id), movesPlot(course, id)];
  return [
    demandPlot(course, measured, id),
    capacityPlot(course, id),
    shortPlot(course, measured, id),
    movesPlot(course, id),
  ];
}

function demandPlot(course: RoleCourse, { demand, band }: Measured, id: string): Plot {
  const expected =
    band === null ? "" : " The band was expected of it a move's time before, with 10 % below and 10 % above.";
  return {
    id: `${id}-demand`,
    title: `Demand of ${course.role}`,
    says: `${extremes(course, demand, 0)}${expected}`,
    x: timeAxis(course),
    y: { label: "in its own unit" },
    marks: (across) => [
      ...unknownMarks(demand, "demand unknown"),
      ...(band === null
        ? []
        : [
            {
              kind: "area" as const,
              ink: "band" as const,
              label: "forecast, 10 to 90 %",
              steps: false,
              points: bandOf(stretches(band.low, across), stretches(band.high, across)),
            },
          ]),
      { kind: "line", ink: "demand", label: "demand", points: lineOf(stretches(demand, across)) },
    ],
  };
}

function capacityPlot(course: RoleCourse, id: string): Plot {
  const { role, serving, measured } = course;
  const needed = measured === null ? "" : ` Needed: ${extremes(course, measured.need, 1)}`;
  return {
    id: `${id}-capacity`,
    title: measured === null ? `Capacity of ${role}` : `Capacity of ${role}, beside what it needed`,
    says: `Serving: ${extremes(course, serving, 1)}${needed}`,
    x: timeAxis(course),
    y: { label: "machines of capacity 1" },
    marks: (across) => [
      {
        kind: "area",
        ink: "serving",
        label: "serving, the least of each stretch",
        steps: true,
        points: stepsOf(stretches(serving, across), "least"),
      },
      ...(measured === null
        ? []
        : [
            ...unknownMarks(measured.need, "need unknown"),
            {
              kind: "line" as const,
              ink: "demand" as const,
              label: "needed, without headroom",
              points: lineOf(stretches(measured.need, across)),
            },
          ]),
    ],
  };
}

function shortPlot(course: RoleCourse, { short }: Measured, id: string): Plot {
  return {
    id: `${id}-short`,
    title: `Shortages of ${course.role}`,
    says: `Machines short: ${extremes(course, short, 1)}`,
    x: timeAxis(course),
    y: { label: "machines short, the most of each stretch" },
    marks: (across) => [
      ...unknownMarks(short, "need unknown"),
      { kind: "area", ink: "short", label: "short", steps: true, points: stepsOf(stretches(short, across), "most") },
    ],
  };
}

function movesPlot(course: RoleCourse, id: string): Plot {
  const { role, movesIn, movesOut } = course;
  const total = (values: Minutes): number => totalOf(values)?.sum ?? 0;
  return {
    id: `${id}-moves`,
    title: `Moves of ${role}`,
    says: `${total(movesIn)} moves begun to ${role}, above the line, and ${total(movesOut)} away from it, below the line.`,
    x: timeAxis(course),
    y: { label: "begun, an hour" },
    marks: (across) => [
      { kind: "area", ink: "in", label: `to ${role}`, steps: true, points: hourly(movesIn, across, 1) },
      { kind: "area", ink: "out", label: "away, below zero", steps: true, points: hourly(movesOut, across, -1) },
    ],
  };
}

function hourly(moves: Minutes, across: number, sign: 1 | -1): (Area | null)[] {
  // An hour at least: of a shorter stretch a single move would look like a storm.
  const buckets = bucketsOf(moves, Math.max(HOUR_MINUTES, stretchMinutes(moves, across)));
  const [first] = buckets;
  const hours = first === undefined ? 1 : (first.to - first.from) / HOUR_MINUTES;
  return stepsOf(buckets, "sum").map((step) => (step === null ? null : { ...step, high: (sign * step.high) / hours }));
}

function unknownMarks(values: Minutes, label: string): Mark[] {
  const unknown = unknownIn(values);
  return unknown.length === 0 ? [] : [{ kind: "stretches", ink: "unknown", label, stretches: unknown }];
}

const timeAxis = ({ startMs, minutes }: RoleCourse): Plot["x"] => ({
  kind: "time",
  startMs,
  from: 0,
  to: minutes,
  label: "UTC",
});

/** `from 4.0 to 17.2, the most at 2026-11-05 10:12; unknown for 35 minutes.` */
function extremes({ startMs }: RoleCourse, values: Minutes, digits: number): string {
  const known = totalOf(values);
  if (known === null) return "unknown throughout.";
  const minute = Array.from(values).indexOf(known.most);
  const when = new Date(startMs + minute * 60_000).toISOString().slice(0, 16).replace("T", " ");
  const missing = unknownIn(values).reduce((sum, [from, to]) => sum + to - from, 0);
  const least = known.least.toFixed(digits);
  const most = known.most.toFixed(digits);
  return `from ${least} to ${most}, the most at ${when} UTC; unknown for ${missing} minutes.`;
}
