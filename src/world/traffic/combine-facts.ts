/** Several systems' facts about one machine, joined into one. */
import type { TrafficFact } from "../../core/domain/observation.ts";

export interface FactOf {
  /** Who says so: a system's or a proxy's name. */
  readonly who: string;
  /** `null`: it cannot be asked, and has not been told anything since retask started. */
  readonly fact: TrafficFact | null;
}

const UNTOLD = "it can't be asked, and was not told since retask started";

/**
 * Off only when all are off, with the known counts of busy sessions added up; on only when all are on, up when all are up.
 * One unknown makes the whole unknown: a machine is never taken down on half an answer (S2). Nobody asked: `none`.
 * One that cannot be asked is unknown by itself; beside others it is mixed, so that it is told what they are told.
 */
export function combineFacts(parts: readonly FactOf[]): TrafficFact {
  const telling = parts.filter(({ fact }) => fact?.kind !== "none");
  if (telling.length === 0) return { kind: "none" };

  const untold = telling.filter(({ fact }) => fact === null);
  if (untold.length === telling.length) return { kind: "unknown", why: untold.map(told).join("; ") };
  const blind = telling.flatMap(({ who, fact }) => (fact?.kind === "unknown" ? [`${who}: ${fact.why}`] : []));
  if (blind.length > 0) return { kind: "unknown", why: blind.join("; ") };

  const off = telling.flatMap(({ fact }) => (fact?.kind === "off" ? [fact.busy] : []));
  if (off.length === telling.length) return { kind: "off", busy: sumKnown(off) };

  const on = telling.flatMap(({ fact }) => (fact?.kind === "on" ? [fact.up] : []));
  if (on.length === telling.length) return { kind: "on", up: on.every(Boolean) };

  return { kind: "mixed", why: telling.map(told).join("; ") };
}

function sumKnown(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

function told({ who, fact }: FactOf): string {
  if (fact === null) return `${who}: ${UNTOLD}`;
  return `${who}: ${fact.kind === "mixed" ? `mixed (${fact.why})` : fact.kind}`;
}
