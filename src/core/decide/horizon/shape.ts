/** How far the plan looks ahead and in what steps, from the time that a move takes and the times at which one may begin. */

export interface OrderTimes {
  /** Minutes from now at which moves may begin, rising, as far as known. */
  readonly minutes: readonly number[];
  /** Usual minutes between them. */
  readonly everyMinutes: number;
}

export interface HorizonShape {
  readonly steps: number;
  readonly stepMinutes: number;
  readonly bootSteps: number;
  /** By step; null: always. */
  readonly mayOrder: readonly boolean[] | null;
}

const STEP_MINUTES = 2;
const LEAST_HORIZON_MINUTES = 120;
/** Beyond the longest lead nothing more is known. */
const MOST_HORIZON_MINUTES = 240;
/** With few times to order, the plan looks over so many of them. */
const PERIODS = 3;

/**
 * A horizon must exceed the round trip's break-even, (2 · boot + 2 · wear) / building; two hours do for boots of up to twenty
 * minutes, and longer ones get six boots.
 */
export function horizonShape(bootMinutes: number, orders: OrderTimes | null): HorizonShape {
  const bootSteps = Math.max(1, Math.round(bootMinutes / STEP_MINUTES));
  const stepMinutes = bootMinutes / bootSteps;
  const wanted = Math.max(LEAST_HORIZON_MINUTES, 6 * bootMinutes, orders === null ? 0 : PERIODS * orders.everyMinutes);
  const steps = Math.round(Math.min(MOST_HORIZON_MINUTES, wanted) / stepMinutes);
  return { steps, stepMinutes, bootSteps, mayOrder: orders === null ? null : mayOrder(orders, steps, stepMinutes) };
}

function mayOrder({ minutes }: OrderTimes, steps: number, stepMinutes: number): boolean[] {
  const may = Array.from({ length: steps }, () => false);
  for (const minute of minutes) {
    const step = Math.floor(minute / stepMinutes);
    if (step < steps) may[step] = true;
  }
  return may;
}
