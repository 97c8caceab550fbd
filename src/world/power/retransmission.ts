/** How ipmitool repeats a datagram that was not answered, and for how long a duplicate may still be on its way. */

/** `N`: seconds before the first repetition; `R`: how many times a datagram is sent again at most. */
export interface Retries {
  readonly N: number;
  readonly R: number;
}

export const DEFAULT_RETRIES: Retries = { N: 1, R: 3 };

/**
 * How long one command of ipmitool may go on sending, in ms: 2·Σ(N+i) s for i = 0..R−1, measured with 1.8.19 (12 s for
 * N=1, R=3). No power-on before this has passed since the power-off was sent: a late duplicate off must not follow it.
 */
export function retransmissionDeadlineMs({ N, R }: Retries = DEFAULT_RETRIES): number {
  let seconds = 0;
  for (let i = 0; i < R; i++) seconds += 2 * (N + i);
  return seconds * 1_000;
}
