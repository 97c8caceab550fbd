/** What many re-tasks took, phase by phase: the figures, their table, and whether retask's own share is small enough. */
import { PLAIN } from "../../../src/cli/text/look.ts";
import { tableText } from "../../../src/cli/text/table.ts";
import { type Moments, OWN, PHASES, type Phase, took, WHOLE } from "./moments.ts";

export interface Move {
  readonly machine: string;
  readonly to: string;
  readonly moments: Moments;
}

export interface Spread {
  readonly minMs: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly maxMs: number;
}

export interface OwnFigure {
  readonly name: string;
  readonly medianMs: number;
  readonly mostMs: number;
  readonly ok: boolean;
}

/** The middle one, or the mean of the two in the middle; p90: the smallest that nine of ten do not exceed. */
export function spreadOf(durations: readonly number[]): Spread {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const half = (sorted.length - 1) / 2;
  return {
    minMs: at(0),
    medianMs: (at(Math.floor(half)) + at(Math.ceil(half))) / 2,
    p90Ms: at(Math.ceil(sorted.length * 0.9) - 1),
    maxMs: at(sorted.length - 1),
  };
}

const phaseSpread = (moves: readonly Move[], phase: Phase): Spread =>
  spreadOf(moves.map(({ moments }) => took(moments, phase)));

export function ownFigures(moves: readonly Move[]): OwnFigure[] {
  return OWN.map((phase) => {
    const medianMs = phaseSpread(moves, phase).medianMs - phase.restMs;
    return { name: phase.name, medianMs, mostMs: phase.mostMs, ok: medianMs <= phase.mostMs };
  });
}

/** Of all moves, and of each direction. */
export function figuresText(moves: readonly Move[]): string {
  const directions = [...new Set(moves.map(({ to }) => to))];
  const groups = directions.map((to) => moves.filter((move) => move.to === to));
  const right = (title: string) => ({ title, align: "right" as const });
  const columns = ["phase, s", ...["min", "median", "p90", "max", ...directions.map((to) => `to ${to}`)].map(right)];
  const rows = [...PHASES, WHOLE].map((phase) => {
    const { minMs, medianMs, p90Ms, maxMs } = phaseSpread(moves, phase);
    const medians = groups.map((group) => phaseSpread(group, phase).medianMs);
    return [phase.name, ...[minMs, medianMs, p90Ms, maxMs, ...medians].map(seconds)];
  });
  const own = ownFigures(moves).map(
    ({ name, medianMs, mostMs, ok }) =>
      `${name}: ${seconds(medianMs)} s at the median, ${ok ? "within" : "MORE THAN"} ${seconds(mostMs)} s`,
  );
  const counts = groups.map((group, index) => `${group.length} to ${directions[index]}`).join(", ");
  return [`${moves.length} re-tasks: ${counts}`, tableText(PLAIN, columns, rows), ...own].join("\n");
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(2);
