/** In which steps a forecaster counts time, how far it looks ahead, and what of the past it looks at. */

export interface Cadence {
  readonly stepMinutes: number;
  /** Lead times forecast directly, in steps, rising from 1. */
  readonly leads: readonly number[];
  /** Past steps whose means are features, [newest, oldest] steps back. */
  readonly blocks: readonly (readonly [newest: number, oldest: number])[];
  /** Half the window of a seasonal mean, steps. */
  readonly halfWindow: number;
  /** The newest day that a season may use: the longest lead must not reach past it. */
  readonly newestDay: number;
  /** A regression row is learned every so many steps. */
  readonly rowEvery: number;
  /** Each lead is fitted anew every so many steps, another one each step; above the number of leads. */
  readonly refitEvery: number;
  /** Steps with a season before the first fit: one day, so that no part of it is foretold from another one alone. */
  readonly firstFit: number;
}

export const DAY_MINUTES = 1_440;
export const daySteps = ({ stepMinutes }: Cadence): number => DAY_MINUTES / stepMinutes;

/** One block for each of the newest steps. */
const single = (steps: number) => Array.from({ length: steps }, (_, lag) => [lag, lag] as const);

/** Minute by minute, 1 minute to 4 hours ahead: what a decision needs. */
export const NEAR: Cadence = {
  stepMinutes: 1,
  leads: [1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 180, 240],
  blocks: [...single(32), [32, 59], [60, 119], [120, 239], [240, 1_439]],
  halfWindow: 30,
  newestDay: 1,
  rowEvery: 4,
  refitEvery: 180,
  firstFit: 1_440,
};

/** Quarter of an hour by quarter, 4 to 48 hours ahead: what the operator's view and the rota need. */
export const FAR: Cadence = {
  stepMinutes: 15,
  leads: [1, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192],
  blocks: [...single(4), [4, 7], [8, 15], [16, 31], [32, 95], [96, 191]],
  halfWindow: 1,
  newestDay: 3,
  rowEvery: 1,
  refitEvery: 48,
  firstFit: 96,
};
