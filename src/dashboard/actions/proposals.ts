/** What applying proposals would do. The plan says it already: these moves, each of which was held against floors and limits. */
import { isTicking, type PlanAnswer } from "../data/answers.ts";
import { live } from "../data/live.ts";
import type { PreviewShown } from "./preview-shown.ts";

/** More machines than this are confirmed by their number. */
const FEW = 3;

export function previewOfProposals(moves: PlanAnswer["moves"]): PreviewShown {
  const status = live.status.value;
  const roles = isTicking(status) ? status.roles : [];
  const severe = moves.length > FEW;
  return {
    severe,
    confirm: severe ? String(moves.length) : null,
    conflicts: [],
    text: moves.map(({ machine, from, to, reason }) => `${machine} goes from ${from} to ${to}: ${reason}`),
    roles: roles.map(({ role, counts, floor }) => {
      const leaving = moves.filter(({ from }) => from === role).length;
      const coming = moves.filter(({ to }) => to === role).length;
      const after = counts.forFloor - leaving + coming;
      return { role, floor, before: counts.forFloor, after, margin: after - floor };
    }),
  };
}
