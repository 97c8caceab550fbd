/** What a step that nobody saw should have been, and what a forecast may say at all: its own words must never feed it. */
import { type History, isSeen, slot } from "./history.ts";
import { type LeadModel, originSlot } from "./lead-model.ts";
import { at, clamp } from "./vector.ts";

/**
 * By what was said at the last step that was seen, however long ago; beyond the longest lead by `profile`, the season. NaN
 * where neither is known. To go on from lead 1 to lead 1 instead would let a model that errs a little run away in a long gap.
 */
export function expectedLog(history: History, leads: readonly LeadModel[], now: number, profile: number): number {
  const longest = (leads.at(-1) as LeadModel).lead;
  let origin = now - 1;
  while (origin >= 0 && now - origin <= longest && !isSeen(history, origin)) origin -= 1;
  if (origin < 0 || now - origin > longest) return profile;
  const ahead = now - origin;
  const said = (model: LeadModel): number => at(model.said, originSlot(origin));
  let shorter = leads[0] as LeadModel;
  for (const longer of leads) {
    if (longer.lead < ahead) shorter = longer;
    else if (longer.lead === ahead || longer === shorter) return said(longer);
    else
      return said(shorter) + ((said(longer) - said(shorter)) * (ahead - shorter.lead)) / (longer.lead - shorter.lead);
  }
  return said(shorter);
}

/** A regression may reach beyond all that was ever seen, but not by more than this: 65 %. */
const BEYOND_SEEN = 0.5;

/** Demand is never below nothing, and what was never nearly seen is a model's mistake. */
export const believable = (log: number, { highest }: History, offset: number): number =>
  clamp(log, Math.log(offset), Math.max(Math.log(offset), highest + BEYOND_SEEN));

/** The last log of all, seen or not; 0 at the start. */
export const lastLog = (history: History): number =>
  history.length === 0 ? 0 : at(history.log, slot(history.length - 1));
