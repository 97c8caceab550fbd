/** What a plan over the horizon says of each machine in question, in figures and in a sysadmin's words. */
import type { ChoiceCost, MarginalMachine } from "../domain/decision.ts";
import { demandBins, type Forecast } from "../forecast/forecast.ts";
import { at } from "../forecast/vector.ts";
import { costOf, type HorizonCosts, type Parts } from "./horizon/costs.ts";
import type { MarginalRow } from "./horizon/horizon-plan.ts";

export interface MarginalPremises {
  readonly forecast: Forecast;
  /** Demand that a usual machine carries. */
  readonly perMachine: number;
  /** Minutes of one move, waiting for other moves apart. */
  readonly bootMinutes: number;
  readonly costs: HorizonCosts;
  /** What a move must be expected to save, machine-hours. */
  readonly leastGain: number;
}

export function marginalMachines(rows: readonly MarginalRow[], premises: MarginalPremises): MarginalMachine[] {
  const binsAt = rememberedBins(premises);
  return rows.map((row) => {
    const { machine, move, inMinutes, neededProbability, advantage, chosen, moveNow, moveLaterOrNever } = row;
    const { forecast, perMachine, bootMinutes, costs, leastGain } = premises;
    return {
      machine,
      move,
      inMinutes,
      neededProbability,
      neededShare: useOf(demandBins(forecast, inMinutes + 1), machine, perMachine).share,
      now: choiceCost(moveNow),
      laterOrNever: choiceCost(moveLaterOrNever),
      advantage,
      chosen,
      moveMinutes: bootMinutes + 60 * costs.wear,
      paybackMinutes: paybackMinutes(row, premises, binsAt),
      tossUpShortage: tossUpShortage(row, costs.shortage, leastGain),
    };
  });
}

const choiceCost = (parts: Parts): ChoiceCost => ({ ...parts, cost: costOf(parts) });

/** P(need ≤ i − 1) and E clamp(need − i + 1, 0, 1) of the i-th machine. */
function useOf(bins: Float64Array, machine: number, perMachine: number): { idle: number; share: number } {
  let idle = 0;
  let share = 0;
  for (let bin = 0; bin < bins.length; bin++) {
    const need = at(bins, bin) / perMachine - machine + 1;
    if (need <= 0) idle += 1;
    else share += Math.min(1, need);
  }
  return { idle: idle / bins.length, share: share / bins.length };
}

/** Minutes between two looks at the forecast, and how far the account is kept. */
const LOOK_MINUTES = 5;
const MOST_MINUTES = 240;

/** Demand by look, worked out once for all machines. */
function rememberedBins({ forecast }: MarginalPremises): (look: number) => Float64Array {
  const known: Float64Array[] = [];
  return (look) => {
    const bins = known[look] ?? demandBins(forecast, look * LOOK_MINUTES + LOOK_MINUTES / 2);
    known[look] = bins;
    return bins;
  };
}

/**
 * A plain account from now on, as if nothing were decided later: what the machine is worth where it goes to less what it is
 * worth where it comes from. On its way it is lost to both.
 */
function paybackMinutes(
  { machine, move, inMinutes }: MarginalRow,
  { perMachine, bootMinutes, costs }: MarginalPremises,
  binsAt: (look: number) => Float64Array,
): number | null {
  let account = -costs.wear;
  const leaves = inMinutes - bootMinutes;
  for (let look = 0; look * LOOK_MINUTES < MOST_MINUTES; look++) {
    const from = look * LOOK_MINUTES;
    const until = from + LOOK_MINUTES;
    const { idle, share } = useOf(binsAt(look), machine, perMachine);
    const [there, here] =
      move === "come"
        ? [costs.shortage * share, costs.building * idle]
        : [costs.building * idle, costs.shortage * share];
    const gone = Math.max(0, until - Math.max(from, leaves));
    const arrived = Math.max(0, until - Math.max(from, inMinutes));
    const gain = (arrived * there - gone * here) / 60;
    if (account < 0 && gain > 0 && account + gain >= 0) return Math.round(from + (LOOK_MINUTES * -account) / gain);
    account += gain;
  }
  return null;
}

/** Nobody writes a dearer one: it comes of a shortage that is as good as none. */
const DEAREST_SHORTAGE = 10_000;

/** Both costs are taken as linear in the price: what would be done later is left as it is. */
function tossUpShortage(
  { moveNow, moveLaterOrNever }: MarginalRow,
  shortage: number,
  leastGain: number,
): number | null {
  const dearer = moveLaterOrNever.building + moveLaterOrNever.wear - moveNow.building - moveNow.wear;
  const saved = moveLaterOrNever.saved - moveNow.saved;
  const price = (shortage * (dearer - leastGain)) / saved;
  return price > 0 && price <= DEAREST_SHORTAGE ? price : null;
}

/**
 * `machine 12 is needed with 31 % at 14:05: worth 20 × 0.27 an hour then, against 1 × 0.69 of building; the move costs 9
 * machine-minutes and pays back in 37 minutes: to come now costs -0.14 machine-hours in all, later or never -0.09`
 */
export function describeMarginal(
  { machine, move, neededProbability, neededShare, now, laterOrNever, ...row }: MarginalMachine,
  { shortage, building }: { readonly shortage: number; readonly building: number },
  when = `in ${row.inMinutes} min`,
): string {
  const back =
    row.paybackMinutes === null ? "does not pay back in 4 hours" : `pays back in ${row.paybackMinutes} minutes`;
  return (
    `machine ${machine} is needed with ${Math.round(100 * neededProbability)} % ${when}: worth ${short(shortage)} × ` +
    `${neededShare.toFixed(2)} an hour then, against ${short(building)} × ${(1 - neededProbability).toFixed(2)} of ` +
    `building; the move costs ${short(row.moveMinutes)} machine-minutes and ${back}: to ${move} now costs ` +
    `${now.cost.toFixed(2)} machine-hours in all, later or never ${laterOrNever.cost.toFixed(2)}`
  );
}

/** What would have to change for the other choice; empty where no price would. */
export const describeTossUp = ({ chosen, move, tossUpShortage: price }: MarginalMachine, shortage: number): string =>
  price === null
    ? ""
    : `it would ${chosen ? "not " : ""}${move} with a shortageCost ${price > shortage ? "above" : "below"} ${short(price)} instead of ${short(shortage)}`;

const short = (value: number): string => String(Math.round(value * 10) / 10);
