/** The normal distribution's quantiles. */

/**
 * The standard normal quantile of `p` (0 < p < 1), within 4.5e-4 (Abramowitz & Stegun 1964, formula 26.2.23).
 */
export function normalQuantile(p: number): number {
  if (p < 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(1 - p));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  const denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return t - numerator / denominator;
}
