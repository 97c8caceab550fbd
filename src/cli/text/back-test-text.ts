/** A back-test as a table and a line of counts for each role. */
import type { BackTest } from "../../simulation/backtest/back-test.ts";
import type { Bill } from "../../simulation/backtest/prices.ts";
import { type Look, toned } from "./look.ts";
import { tableText } from "./table.ts";

/** What is shown and printed as JSON: the curves, by the hour. */
export interface BackTestView {
  readonly from: string;
  readonly to: string;
  readonly machines: number;
  /** Machine-hours of the rest role. Lines in the order in which they are shown; the first is retask's own. */
  readonly lines: readonly { readonly name: string; readonly bill: Bill | { readonly total: number } }[];
  readonly notCompared: string | null;
  readonly hours: readonly {
    readonly role: string;
    /** The greatest of each hour; null: unknown throughout. */
    readonly need: readonly (number | null)[];
    /** The least of each hour. */
    readonly serving: readonly number[];
  }[];
}

const MINUTES = 60;
const OPTIMUM = "the optimum, all demand known";

export function backTestView({ startMs, minutes, machines, bill, replay, need, compared }: BackTest): BackTestView {
  const best = compared.ok ? [{ name: OPTIMUM, bill: { total: compared.optimum } }] : [];
  return {
    from: new Date(startMs).toISOString(),
    to: new Date(startMs + minutes * 60_000).toISOString(),
    machines,
    lines: [{ name: "these policies", bill }, ...(compared.ok ? compared.rivals : []), ...best],
    notCompared: compared.ok ? null : compared.why,
    hours: [...need].map(([role, values]) => ({
      role,
      need: byHour(values, (some) =>
        some.reduce<number | null>((a, b) => (b === null ? a : Math.max(a ?? 0, b)), null),
      ),
      serving: byHour([...(replay.serving.get(role) ?? [])], (some) => Math.min(...some)),
    })),
  };
}

function byHour<T, R>(values: readonly T[], reduce: (some: readonly T[]) => R): R[] {
  const hours = Math.ceil(values.length / MINUTES);
  return Array.from({ length: hours }, (_, hour) => reduce(values.slice(hour * MINUTES, (hour + 1) * MINUTES)));
}

export function backTestText(view: BackTestView, look: Look): string {
  const optimum = view.lines.find(({ name }) => name === OPTIMUM)?.bill.total ?? null;
  const days = (Date.parse(view.to) - Date.parse(view.from)) / 86_400_000;
  const rows = view.lines.map(({ name, bill }) => {
    const of = "shortHours" in bill ? bill : null;
    return [
      name,
      of === null ? "" : of.shortHours.toFixed(1),
      of === null ? "" : of.lostHours.toFixed(1),
      of === null ? "" : String(of.moves),
      of === null ? "" : (of.moves / days / view.machines).toFixed(2),
      bill.total.toFixed(1),
      optimum === null || optimum === 0 ? "" : (bill.total / optimum).toFixed(2),
    ];
  });
  const right = (title: string) => ({ title, align: "right" as const });
  const columns = [
    "machine-hours",
    right("short"),
    right("lost"),
    right("moves"),
    right("a machine and day"),
    right("cost"),
    right("÷ optimum"),
  ];
  return [
    `${view.from} to ${view.to}: ${days.toFixed(1)} days, ${view.machines} machines`,
    "",
    tableText(look, columns, rows),
    ...(view.notCompared === null ? [] : [toned(look, "faint", view.notCompared)]),
    ...view.hours.flatMap(({ role, need, serving }) => ["", ...curves(role, need, serving, look)]),
  ].join("\n");
}

const BARS = "▁▂▃▄▅▆▇█";
const WIDEST = 72;

/** The need above what served, both to one scale; a blank is unknown, and never zero. */
function curves(role: string, need: readonly (number | null)[], serving: readonly number[], look: Look): string[] {
  const most = Math.max(1, ...serving, ...need.map((value) => value ?? 0));
  const width = Math.min(WIDEST, Number.isFinite(look.columns) ? Math.max(16, look.columns - 16) : WIDEST);
  const line = (values: readonly (number | null)[]): string => {
    const each = Math.ceil(values.length / width);
    return Array.from({ length: Math.ceil(values.length / each) }, (_, at) => {
      const some = values.slice(at * each, (at + 1) * each).filter((value) => value !== null);
      if (some.length === 0) return " ";
      const height = some.reduce((a, b) => Math.max(a, b)) / most;
      return BARS[Math.min(BARS.length - 1, Math.floor(height * BARS.length))] ?? " ";
    }).join("");
  };
  return [`${role}, up to ${most.toFixed(1)} machines`, `  need     ${line(need)}`, `  serving  ${line(serving)}`];
}
