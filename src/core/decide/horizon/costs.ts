/** What decisions cost, in machine-hours of the rest role. */

export interface HorizonCosts {
  /** One machine-hour short. */
  readonly shortage: number;
  /** One machine-hour that the rest role could have used and did not have. */
  readonly building: number;
  /** One move beyond the minutes that it takes: drain, cold caches, the risk of a reboot. */
  readonly wear: number;
}

/** Five machine-minutes a move. */
export const DEFAULT_WEAR = 5 / 60;

const LEAST_GAIN_SHARE = 0.6;
const LEAST_GAIN_MINUTES = 1;

/**
 * What a move must be expected to save to be made, machine-hours: of what an idle machine loses by waiting a minute, or for the
 * first step where that is shorter, so much. Less lies within the plan's own error, and the next minute knows more.
 */
export const leastGain = ({ building }: HorizonCosts, firstStepMinutes: number): number =>
  (LEAST_GAIN_SHARE * building * Math.min(LEAST_GAIN_MINUTES, firstStepMinutes)) / 60;

/** Expected machine-hours over the horizon, compared with having no such machine at all. */
export interface Parts {
  /** Shortage that it saves, weighted. */
  readonly saved: number;
  /** Building that is lost by it, weighted. */
  readonly building: number;
  readonly wear: number;
}

export const costOf = ({ saved, building, wear }: Parts): number => building + wear - saved;

/** What is neither saved shortage nor wear is building lost. */
export const partsOf = ({ cost, saved, wear }: { cost: number; saved: number; wear: number }): Parts => ({
  saved,
  building: cost + saved - wear,
  wear,
});
