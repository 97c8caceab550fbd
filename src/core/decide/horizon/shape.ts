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

export interface HorizonSteps {
  /** Minutes from now at which each step begins, and at which the last one ends. */
  readonly starts: readonly number[];
  /** By step: the one at whose beginning a move that begins now is done, or as many steps too late; null: none may begin. */
  readonly doneAt: readonly (number | null)[];
}

/** From here on two steps are one: what may be decided so late has little bearing on now. */
const DOUBLE_STEPS_FROM_MINUTES = 40;

/** Where only some times are for moves, no two steps are one. */
export function horizonSteps({ steps, stepMinutes, bootSteps, mayOrder }: HorizonShape): HorizonSteps {
  const single = mayOrder === null ? DOUBLE_STEPS_FROM_MINUTES / stepMinutes : steps;
  // So far beyond the horizon that every move's end has its place.
  const beginnings: number[] = [];
  for (let step = 0; step <= steps + bootSteps + 2; step += step < single ? 1 : 2) beginnings.push(step);
  const within = beginnings.filter((step) => step < steps);
  const doneAt = (step: number): number | null => {
    // The first step is no question: whoever asks for a plan may order.
    if (step > 0 && mayOrder?.[step] === false) return null;
    // Within a double step no move ends: it is taken to last until that does.
    return beginnings.findIndex((beginning) => beginning >= step + bootSteps);
  };
  const end = beginnings[within.length] as number;
  return { starts: [...within, end].map((step) => step * stepMinutes), doneAt: within.map(doneAt) };
}
