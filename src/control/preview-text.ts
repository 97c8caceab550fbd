/** A preview in sentences, for a page and a terminal alike. */
import type { NotDone } from "../core/domain/plan.ts";
import type { Found, PreviewedMove, PreviewedRole, PreviewRequest } from "./previewed.ts";

/** Of a long list the first tell what it is about. */
const FEW = 5;

/** Conflicts are not repeated here. */
export function previewText(found: Found, { expiresMs }: Pick<PreviewRequest, "expiresMs">): string[] {
  const { moves, prevented, cancels, notDone, roles, machines } = found;
  const later = machines - moves.length;
  const text = [
    ...roles.flatMap(roleText),
    ...few(moves, moveText),
    ...(later > 0
      ? [
          `${later}${moves.length > 0 ? " more" : ""} ${later === 1 ? "machine follows" : "machines follow"} as limits and windows let them`,
        ]
      : []),
    ...few(prevented, (move) => `would begin now, and does not: ${moveText(move)}`),
    ...few(cancels, ({ machine, why }) => `${machine} is called back: ${why}`),
    ...few(notDone, notDoneText),
  ];
  const now = text.length === 0 ? ["no machine moves, or stays, because of it now"] : text;
  return expiresMs === null ? [...now, "it has no end: it holds until somebody resumes the pool"] : now;
}

/** Only where something changes for the role. The desired counts, which may be far from what serves just now. */
function roleText({ role, floor, before, after, lowest, margin }: PreviewedRole): string[] {
  if (before === after && lowest >= after) return [];
  const way = before === after ? `desired stays ${after}` : `desired ${before} to ${after}`;
  const meanwhile = lowest < Math.min(before, after) ? `; ${lowest} count for it while machines are on their way` : "";
  return [`${role}: ${way}, ${describeMargin(margin, floor)}${meanwhile}`];
}

function describeMargin(margin: number, floor: number): string {
  if (margin === 0) return `at its floor of ${floor}`;
  return margin > 0 ? `${margin} above its floor of ${floor}` : `${-margin} below its floor of ${floor}`;
}

const moveText = ({ machine, from, to, why }: PreviewedMove): string =>
  from === to ? `${machine} boots anew as ${to}: ${why}` : `${machine} goes from ${from} to ${to}: ${why}`;
const notDoneText = ({ subject, what, why }: NotDone): string => `not done: ${subject}: ${what}, because ${why}`;

function few<Item>(items: readonly Item[], say: (item: Item) => string): string[] {
  const more = items.length - FEW;
  const said = items.slice(0, FEW).map(say);
  return more > 0 ? [...said, `and ${more} more`] : said;
}
