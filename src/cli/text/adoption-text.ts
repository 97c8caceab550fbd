/** The first day's table: what each machine seems to be, and what adopting it would record. */
import type { AdoptionRow } from "../../core/operate/adopt.ts";
import { type Look, toned } from "./look.ts";
import { section, sections, tableText } from "./table.ts";

/** A row, and whether its machine was adopted before: that one stays as it is. */
export interface AdoptionLine extends AdoptionRow {
  readonly adoptedBefore: boolean;
}

export const isNew = ({ adoptedBefore, placement }: AdoptionLine): boolean => !adoptedBefore && placement !== null;
export const isStray = ({ adoptedBefore, placement }: AdoptionLine): boolean => !adoptedBefore && placement === null;

const COLUMNS = ["machine", "boot link", "beacon", "GUID", "recorded as", "why"];

export function adoptionText(lines: readonly AdoptionLine[], look: Look): string {
  const rows = lines.map((line) => [
    line.machine,
    line.link,
    line.beacon,
    line.guid ?? "not read",
    line.adoptedBefore ? "adopted before" : (line.placement ?? toned(look, "warning", "stray")),
    line.why,
  ]);
  const strays = lines.filter(isStray).map(({ machine }) => machine);
  const counts = `${lines.filter(isNew).length} to adopt, ${strays.length} strays`;
  return sections([
    tableText(look, COLUMNS, rows),
    section(look, "strays: shown, and never touched", strays.join(", ")),
    counts,
  ]);
}
