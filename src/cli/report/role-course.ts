/** One role's way through a back-test, minute by minute, and its days as a table. */
import type { RoleName } from "../../core/domain/names.ts";
import type { BackTest } from "../../simulation/backtest/back-test.ts";
import type { Band } from "../../simulation/backtest/replay-forecasts.ts";
import { type Bucket, type Minutes, totalOf } from "./buckets.ts";
import type { Sheet } from "./page.ts";

/** Each with a value for each minute; null: unknown. Capacities in units of a usual machine. */
export interface RoleCourse {
  readonly role: RoleName;
  readonly startMs: number;
  readonly minutes: number;
  /** Null: nothing is measured, it takes the rest. */
  readonly measured: {
    readonly demand: Minutes;
    readonly need: Minutes;
    readonly short: Minutes;
    /** Null: its policy does not decide ahead. */
    readonly band: Band | null;
  } | null;
  readonly serving: Minutes;
  /** Moves begun to the role, and away from it. */
  readonly movesIn: Minutes;
  readonly movesOut: Minutes;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

export function courseOf({ startMs, minutes, replay, demand, need }: BackTest, role: RoleName): RoleCourse {
  const serving = replay.serving.get(role) ?? new Float64Array(minutes);
  const [movesIn, movesOut] = [new Float64Array(minutes), new Float64Array(minutes)];
  for (const { atMs, from, to } of replay.moves) {
    const minute = Math.floor((atMs - startMs) / MINUTE_MS);
    if (to === role) movesIn[minute] = (movesIn[minute] ?? 0) + 1;
    if (from === role) movesOut[minute] = (movesOut[minute] ?? 0) + 1;
  }
  const needed = need.get(role);
  const measured =
    needed === undefined
      ? null
      : {
          demand: demand.get(role) ?? [],
          need: needed,
          short: needed.map((value, minute) => (value === null ? null : Math.max(0, value - (serving[minute] ?? 0)))),
          band: replay.bands.get(role) ?? null,
        };
  return { role, startMs, minutes, measured, serving, movesIn, movesOut };
}

/** The minutes of each day in UTC, the last not included. */
const daysOf = ({ startMs, minutes }: RoleCourse): (readonly [from: number, to: number])[] => {
  const intoDay = Math.floor(startMs / MINUTE_MS) % DAY_MINUTES;
  return Array.from({ length: Math.ceil((intoDay + minutes) / DAY_MINUTES) }, (_, day) => [
    Math.max(0, day * DAY_MINUTES - intoDay),
    Math.min(minutes, (day + 1) * DAY_MINUTES - intoDay),
  ]);
};

const within = (values: Minutes, [from, to]: readonly [number, number]): (number | null)[] =>
  Array.from({ length: to - from }, (_, at) => values[from + at] ?? null);

/** The day that was short for the most machine-hours, for a closer look; null where no day was, or there is but one. */
export function worstDay(course: RoleCourse): RoleCourse | null {
  const { measured } = course;
  const days = daysOf(course);
  if (measured === null || days.length < 2) return null;
  const shorts = days.map((day) => totalOf(within(measured.short, day))?.sum ?? 0);
  const most = Math.max(...shorts);
  const day = days[shorts.indexOf(most)];
  return most > 0 && day !== undefined ? cut(course, measured, day) : null;
}

function cut(course: RoleCourse, measured: NonNullable<RoleCourse["measured"]>, day: readonly [number, number]) {
  const { demand, need, short, band } = measured;
  const part = (values: Minutes): (number | null)[] => within(values, day);
  return {
    role: course.role,
    startMs: course.startMs + day[0] * MINUTE_MS,
    minutes: day[1] - day[0],
    measured: {
      demand: part(demand),
      need: part(need),
      short: part(short),
      band: band === null ? null : { low: band.low.slice(...day), high: band.high.slice(...day) },
    },
    serving: part(course.serving),
    movesIn: part(course.movesIn),
    movesOut: part(course.movesOut),
  };
}

/** A row for each day in UTC. */
export function daySheet(course: RoleCourse): Sheet {
  const { role, startMs, measured, serving, movesIn, movesOut } = course;
  const rows = daysOf(course).map((day) => {
    const of = (values: Minutes): Bucket["known"] => totalOf(within(values, day));
    const had = of(serving);
    return [
      new Date(startMs + day[0] * MINUTE_MS).toISOString().slice(0, 10),
      ...(measured === null ? [] : measuredCells(of(measured.demand), of(measured.need), of(measured.short))),
      figure(had?.least, 1),
      figure(had?.most, 1),
      figure(of(movesIn)?.sum, 0),
      figure(of(movesOut)?.sum, 0),
    ];
  });
  const columns = [
    "day (UTC)",
    ...(measured === null ? [] : ["demand, least", "most", "machines needed, most", "short, machine-hours"]),
    "serving, least",
    "most",
    "moves in",
    "out",
  ];
  return { caption: `${role}, day by day; a dash: unknown`, columns, rows };
}

const measuredCells = (demand: Bucket["known"], need: Bucket["known"], short: Bucket["known"]): string[] => [
  figure(demand?.least, 1),
  figure(demand?.most, 1),
  figure(need?.most, 1),
  figure(short === null ? undefined : short.sum / 60, 2),
];

const figure = (value: number | undefined, digits: number): string =>
  value === undefined ? "–" : value.toFixed(digits);
