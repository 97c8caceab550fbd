/** Facts of one operation for tests: a healthy tick in which nothing has happened yet, and what differs from it. */
import type { EffectFact, EffectKind } from "../../../src/core/domain/observation.ts";
import type { ChartSnapshot } from "../../../src/core/domain/operation.ts";
import { newOperationChart, observeOperation } from "../../../src/core/operate/operation.statechart.ts";
import type { OperationFacts } from "../../../src/core/operate/operation-facts.ts";
import type { OperationInput } from "../../../src/core/operate/operation-guards.ts";

export const TICK_MS = 1_000;

export const effect = (kind: EffectKind, given: Partial<EffectFact> = {}): Partial<Record<EffectKind, EffectFact>> => ({
  [kind]: { effect: kind, state: "succeeded", attempts: 1, ageMs: 1_000, code: null, detail: null, ...given },
});

export const serving = {
  off: false,
  idle: false,
  quietMs: Number.POSITIVE_INFINITY,
  on: true,
  up: true,
  why: "gets traffic",
};
export const drained = {
  off: true,
  idle: true,
  quietMs: Number.POSITIVE_INFINITY,
  on: false,
  up: false,
  why: "drained",
};

export const facts = (given: Partial<OperationFacts> = {}): OperationFacts => ({
  effects: {},
  bootServer: { ok: true },
  power: "on",
  powerWhy: "the BMC says on",
  link: "from",
  linkWhy: "its boot link names compile.1",
  traffic: serving,
  boot: { kind: "old", why: "still the boot from before the power-off" },
  abort: null,
  hangs: false,
  bootsFromDead: null,
  ...given,
  timing: {
    drainForMs: 120_000,
    onTimeout: "cancel",
    quietForMs: 0,
    softOffMs: 180_000,
    offSettleMs: 17_000,
    bootDeadlineMs: 900_000,
    warmUpMs: 0,
    ...given.timing,
  },
});

export const newChart = (given: Partial<OperationInput> = {}): ChartSnapshot =>
  newOperationChart({ fromBootId: "boot-1", startsOff: false, endsOff: false, manner: "usual", ...given });

/** Feeds ticks of a second, one for each set of facts. */
export const run = (ticks: readonly Partial<OperationFacts>[], from: ChartSnapshot = newChart()): ChartSnapshot =>
  ticks.reduce<ChartSnapshot>((chart, given) => observeOperation(chart, TICK_MS, facts(given)), from);

const sentOff = effect("softOff");
/** The straight way to each state, tick by tick. */
export const WAY = {
  draining: [{ effects: effect("preflight") }],
  relinking: [{ effects: effect("preflight") }, { traffic: drained }],
  poweringOff: [{ effects: effect("preflight") }, { traffic: drained }, { traffic: drained, link: "target" }],
  poweringOn: [
    { effects: effect("preflight") },
    { traffic: drained },
    { traffic: drained, link: "target" },
    { link: "target", effects: sentOff },
    { link: "target", effects: sentOff, power: "off" },
  ],
} as const satisfies Record<string, readonly Partial<OperationFacts>[]>;
export const VERIFYING: readonly Partial<OperationFacts>[] = [
  ...WAY.poweringOn,
  { power: "on", effects: effect("powerOn") },
];
export const CAME_UP: Partial<OperationFacts> = { boot: { kind: "right", why: "came up as web" } };
