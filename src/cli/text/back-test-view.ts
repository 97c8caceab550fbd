/** A back-test as data, for the table and for `--json`: the bills, the curves by the hour, every move. */
import type { BackTest } from "../../simulation/backtest/back-test.ts";
import type { Bill } from "../../simulation/backtest/prices.ts";
import { bucketsOf, type Minutes } from "../report/buckets.ts";
import { courseOf, type RoleCourse } from "../report/role-course.ts";

type Hours = readonly (number | null)[];

/** A figure for each hour from the start on; null: unknown throughout. Capacity in units of a usual machine. */
export interface RoleHours {
  readonly role: string;
  /** The least of each hour. */
  readonly serving: Hours;
  /** Null: the role takes the rest, and nothing is measured. */
  readonly measured: {
    /** In the role's own unit; the greatest of each hour, as the need is. */
    readonly demand: Hours;
    readonly need: Hours;
    /** Machine-hours. */
    readonly short: Hours;
    /** What was expected a move's time before: demand below `low` one time in ten, above `high` one time in ten. */
    readonly forecast: { readonly low: Hours; readonly high: Hours } | null;
  } | null;
}

export interface BackTestView {
  readonly from: string;
  readonly to: string;
  readonly machines: number;
  /** Machine-hours of the rest role. Lines in the order in which they are shown; the first is retask's own. */
  readonly lines: readonly { readonly name: string; readonly bill: Bill | { readonly total: number } }[];
  readonly notCompared: string | null;
  readonly hours: readonly RoleHours[];
  readonly moves: readonly { at: string; machine: string; from: string; to: string }[];
}

export const OPTIMUM = "the optimum, all demand known";
const HOUR_MINUTES = 60;

export function backTestView(test: BackTest): BackTestView {
  const { startMs, minutes, machines, bill, replay, compared } = test;
  const best = compared.ok ? [{ name: OPTIMUM, bill: { total: compared.optimum } }] : [];
  return {
    from: new Date(startMs).toISOString(),
    to: new Date(startMs + minutes * 60_000).toISOString(),
    machines,
    lines: [{ name: "these policies", bill }, ...(compared.ok ? compared.rivals : []), ...best],
    notCompared: compared.ok ? null : compared.why,
    hours: [...replay.serving.keys()].map((role) => hoursOf(courseOf(test, role))),
    moves: replay.moves.map(({ atMs, machine, from, to }) => ({ at: new Date(atMs).toISOString(), machine, from, to })),
  };
}

function hoursOf({ role, serving, measured }: RoleCourse): RoleHours {
  const hourly = (values: Minutes, of: "least" | "most"): Hours =>
    bucketsOf(values, HOUR_MINUTES).map(({ known }) => known?.[of] ?? null);
  return {
    role,
    serving: hourly(serving, "least"),
    measured: measured && {
      demand: hourly(measured.demand, "most"),
      need: hourly(measured.need, "most"),
      short: bucketsOf(measured.short, HOUR_MINUTES).map(({ known }) => known && known.sum / HOUR_MINUTES),
      forecast: measured.band && {
        low: hourly(measured.band.low, "least"),
        high: hourly(measured.band.high, "most"),
      },
    },
  };
}
