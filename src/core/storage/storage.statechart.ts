/**
 * The storage chart: one file server, from well to dead and back.
 *
 * Dead is only what two sources that know nothing of each other have said without a break for `deadAfter`: one flapping probe
 * begins the row anew each time. What an unknown answer proves is nothing, either way (S2, S9). Once its machines were moved to
 * the mirror, they stay there, though it answers again: an operator sends them back, when it has been well for `wellAfter`.
 * An operator's word is a source too: while its port is silent, `fail-over` needs no second one.
 */
import { assign, setup } from "xstate";
import { begin, type Chart, step } from "../domain/chart.ts";
import type { ChartSnapshot } from "../domain/operation.ts";
import {
  counted,
  type StorageContext,
  type StorageEvent,
  type StorageOrder,
  storageContextSchema,
  storageGuards,
  tickOf,
} from "./storage-guards.ts";

/** Who orders where `failOver: auto` lets it. */
export const ITSELF = "retask";

export const storageMachine = setup({
  types: { context: {} as StorageContext, events: {} as StorageEvent },
  guards: storageGuards,
  actions: {
    count: assign((seen) => counted(seen)),
    enter: assign((seen) => ({ ...counted(seen), sinceMs: tickOf(seen).atMs })),
    orderByItself: assign((seen) => {
      const { atMs } = tickOf(seen);
      return { ...counted(seen), sinceMs: atMs, order: { by: ITSELF, why: "failOver: auto", atMs } };
    }),
    takeOrder: assign(({ event }) => (event.type === "TICK" ? {} : { order: event.order, sinceMs: event.order.atMs })),
    forgetOrder: assign((seen) => ({ ...counted(seen), sinceMs: tickOf(seen).atMs, order: null })),
  },
}).createMachine({
  id: "storage",
  context: { downMs: 0, upMs: 0, sinceMs: null, order: null },
  initial: "well",
  states: {
    well: {
      on: {
        FAIL_BACK: { target: "failingBack", actions: "takeOrder" },
        TICK: [{ guard: "someSayDown", target: "suspect", actions: "enter" }, { actions: "count" }],
      },
    },
    suspect: {
      on: {
        FAIL_OVER: { target: "failedOver", actions: "takeOrder" },
        TICK: [
          { guard: "provenDead", target: "dead", actions: "enter" },
          { guard: "noneSayDown", target: "well", actions: "enter" },
          { actions: "count" },
        ],
      },
    },
    dead: {
      on: {
        FAIL_OVER: { target: "failedOver", actions: "takeOrder" },
        TICK: [
          { guard: "someSayUp", target: "suspect", actions: "enter" },
          { guard: "mayFailOverByItself", target: "failedOver", actions: "orderByItself" },
          { actions: "count" },
        ],
      },
    },
    failedOver: {
      on: { TICK: [{ guard: "provenWell", target: "recovered", actions: "enter" }, { actions: "count" }] },
    },
    recovered: {
      on: {
        FAIL_BACK: { target: "failingBack", actions: "takeOrder" },
        TICK: [
          { guard: "provenDead", target: "failedOver", actions: "enter" },
          { guard: "nobodyIsAway", target: "well", actions: "forgetOrder" },
          { actions: "count" },
        ],
      },
    },
    failingBack: {
      on: {
        TICK: [
          { guard: "provenDead", target: "dead", actions: "forgetOrder" },
          { guard: "nobodyIsAway", target: "well", actions: "forgetOrder" },
          { actions: "count" },
        ],
      },
    },
  },
});

export const storageChart: Chart<typeof storageMachine> = {
  version: 1,
  machine: storageMachine,
  context: storageContextSchema,
};

export type StorageState = "well" | "suspect" | "dead" | "failedOver" | "recovered" | "failingBack";

export const newStorage = (): ChartSnapshot => begin(storageChart);
export const storageStateOf = (chart: ChartSnapshot): StorageState => chart.value as StorageState;
export const storageContextOf = (chart: ChartSnapshot): StorageContext => chart.context as StorageContext;
export const tickStorage = (chart: ChartSnapshot, tick: StorageEvent & { type: "TICK" }): ChartSnapshot =>
  step(storageChart, chart, tick);
export const orderStorage = (
  chart: ChartSnapshot,
  type: "FAIL_OVER" | "FAIL_BACK",
  order: StorageOrder,
): ChartSnapshot => step(storageChart, chart, { type, order });
