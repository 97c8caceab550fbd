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

/**
 * The coming moves may begin at so many half steps. A plan is renewed each minute: one that could wait only for a whole step
 * would think waiting dearer than it is, and move machines which a minute later it would rather have left.
 */
const HALF_STEP_MOVES = 4;
/** From here on two steps are one: what may be decided so late has little bearing on now. */
const DOUBLE_STEPS_FROM_MINUTES = 40;

/** The first moves' way is cut into half steps; where only some times are for moves, all is in whole ones. */
export function horizonSteps({ steps, stepMinutes, bootSteps, mayOrder }: HorizonShape): HorizonSteps {
  const halves = 2 * steps;
  const fine = mayOrder === null ? Math.min(halves, 2 * bootSteps + HALF_STEP_MOVES) : 0;
  const whole = mayOrder === null ? Math.max(fine, (2 * DOUBLE_STEPS_FROM_MINUTES) / stepMinutes) : halves;
  const widthAt = (half: number): number => (half < fine ? 1 : half < whole ? 2 : 4);
  // So far beyond the horizon that every move's end has its place.
  const beginnings: number[] = [];
  for (let half = 0; half <= halves + 2 * bootSteps + 4; half += widthAt(half)) beginnings.push(half);
  const within = beginnings.filter((half) => half < halves);
  const doneAt = (half: number): number | null => {
    // The first step is no question: whoever asks for a plan may order.
    if (half > 0 && mayOrder?.[half / 2] === false) return null;
    const done = half + 2 * bootSteps;
    // Within a whole step no move ends; within a double one it is taken to last until that ends.
    return done < whole && !beginnings.includes(done) ? null : beginnings.findIndex((beginning) => beginning >= done);
  };
  const end = beginnings[within.length] as number;
  return { starts: [...within, end].map((half) => (half * stepMinutes) / 2), doneAt: within.map(doneAt) };
}
