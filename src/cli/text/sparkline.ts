/** Figures as a line of bars; a blank is unknown, and never zero. */

const BARS = "▁▂▃▄▅▆▇█";

/** At most `width` bars, each the greatest of its stretch; `most` is a full one. */
export function sparkline(values: readonly (number | null)[], most: number, width: number): string {
  const each = Math.max(1, Math.ceil(values.length / width));
  return Array.from({ length: Math.ceil(values.length / each) }, (_, at) => {
    const some = values.slice(at * each, (at + 1) * each).filter((value) => value !== null);
    if (some.length === 0) return " ";
    const height = some.reduce((a, b) => Math.max(a, b)) / most;
    return BARS[Math.min(BARS.length - 1, Math.floor(height * BARS.length))] ?? " ";
  }).join("");
}
