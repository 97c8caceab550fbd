/** A reading is a number, a lower bound, or an honest "unknown" with its reason: missing is never zero (S2). */

export type Reading =
  | { readonly kind: "known"; readonly value: number }
  /** Censored: every slot is busy, so the true demand is this or more. */
  | { readonly kind: "atLeast"; readonly value: number; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string };

export const known = (value: number): Reading =>
  Number.isFinite(value) ? { kind: "known", value } : unknown(`not a finite number: ${value}`);
export const atLeast = (value: number, why: string): Reading => ({ kind: "atLeast", value, why });
export const unknown = (why: string): Reading => ({ kind: "unknown", why });

/** As an operator reads it: `531`, `at least 72 (every slot is busy)`, `unknown (no series)`. */
export function describeReading(reading: Reading): string {
  switch (reading.kind) {
    case "known":
      return formatNumber(reading.value);
    case "atLeast":
      return `at least ${formatNumber(reading.value)} (${reading.why})`;
    case "unknown":
      return `unknown (${reading.why})`;
  }
}

const formatNumber = (value: number): string => String(Math.round(value * 100) / 100);
