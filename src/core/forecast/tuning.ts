/** Every constant of the forecast that is a judgement and not a formula, with its unit and its reason. */

interface ExpertTuning {
  /** Which of `memoriesDays` it learns from. */
  readonly memory: number;
  /** Its ridge, a share of each feature's own sum of squares. */
  readonly penalty: number;
}

const EXPERTS: readonly ExpertTuning[] = [
  // Weakly and strongly shrunk on the long memory, and one that adapts.
  { memory: 0, penalty: 5e-4 },
  { memory: 0, penalty: 5e-2 },
  { memory: 1, penalty: 2e-3 },
];

export const TUNING = {
  /** Half-lives of the regressions' memories: a long one for habits, a short one for what changed this week. */
  memoriesDays: [20, 5],
  experts: EXPERTS,
  /** An expert's weight is its mean squared error to the power of minus this: nearly the best one's, but never a jump. */
  sharpness: 8,
  /** Time constant of the experts' errors. */
  scoreDays: 3,
  /** Half-lives of the error scale's regression, and of the law of standardised errors. */
  scaleDays: 6,
  lawDays: 8,
  /** Time constant of the recent absolute error. */
  recentMinutes: 90,
  /** Time constant of the covariances between leads. */
  covarianceDays: 10,
  /** Standardised errors are clipped here before they are multiplied: one outage is not a law. */
  clip: 3.5,
} as const;
