/** A back-test as a table and a line of counts for each role. */
import { type BackTestView, OPTIMUM } from "./back-test-view.ts";
import { type Look, toned } from "./look.ts";
import { minuteText } from "./moments.ts";
import { sparkline } from "./sparkline.ts";
import { tableText } from "./table.ts";

/** The table's columns; all but the first hold figures. */
export const BILL_COLUMNS = ["machine-hours", "short", "lost", "moves", "a machine and day", "cost", "÷ optimum"];

export function billRows(view: BackTestView): string[][] {
  const optimum = view.lines.find(({ name }) => name === OPTIMUM)?.bill.total ?? null;
  return view.lines.map(({ name, bill }) => {
    const of = "shortHours" in bill ? bill : null;
    return [
      name,
      of === null ? "" : of.shortHours.toFixed(1),
      of === null ? "" : of.lostHours.toFixed(1),
      of === null ? "" : String(of.moves),
      of === null ? "" : (of.moves / daysOf(view) / view.machines).toFixed(2),
      bill.total.toFixed(1),
      optimum === null || optimum === 0 ? "" : (bill.total / optimum).toFixed(2),
    ];
  });
}

const daysOf = ({ from, to }: BackTestView): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** `2026-11-02 00:00 to 2026-11-16 00:00 UTC: 14.0 days, 24 machines` */
export const spanText = (view: BackTestView): string =>
  `${minuteText(view.from)} to ${minuteText(view.to)} UTC: ${daysOf(view).toFixed(1)} days, ${view.machines} machines`;

export function backTestText(view: BackTestView, look: Look): string {
  const columns = BILL_COLUMNS.map((title, index) => (index === 0 ? title : { title, align: "right" as const }));
  return [
    spanText(view),
    "",
    tableText(look, columns, billRows(view)),
    ...(view.notCompared === null ? [] : [toned(look, "faint", view.notCompared)]),
    ...view.hours.flatMap(({ role, measured, serving }) =>
      measured === null ? [] : ["", ...curves(role, measured.need, serving, look)],
    ),
  ].join("\n");
}

const WIDEST = 72;

/** The need above what served, both to one scale. */
function curves(
  role: string,
  need: readonly (number | null)[],
  serving: readonly (number | null)[],
  look: Look,
): string[] {
  const most = Math.max(1, ...[...serving, ...need].map((value) => value ?? 0));
  const width = Math.min(WIDEST, Number.isFinite(look.columns) ? Math.max(16, look.columns - 16) : WIDEST);
  const line = (values: readonly (number | null)[]): string => sparkline(values, most, width);
  return [`${role}, up to ${most.toFixed(1)} machines`, `  need     ${line(need)}`, `  serving  ${line(serving)}`];
}
