/** What each effect is given: the time that it may take, and no more. */
import { expect, test } from "vitest";
import type { Controller } from "../../../src/control/controller.ts";
import { runEffect } from "../../../src/control/run-effect.ts";
import type { Machine } from "../../../src/core/domain/fleet.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import type { Operation } from "../../../src/core/domain/operation.ts";
import type { Site } from "../../../src/core/domain/site.ts";

test.each([
  ["10m", 600_000],
  ["5s", 60_000],
])(
  "a hook with a deadline of %s gets at least that: cut off earlier, it would never drain a machine",
  async (_, deadlineMs) => {
    const web = roleName("web");
    const given: number[] = [];
    const deadlines = new WeakMap<AbortSignal, number>();
    const clock = {
      deadline: (ms: number) => {
        const { signal } = new AbortController();
        deadlines.set(signal, ms);
        return signal;
      },
    };
    const off = async (...[, , , signal]: [unknown, unknown, unknown, AbortSignal]) => {
      given.push(deadlines.get(signal) ?? 0);
      return { ok: true, changed: true };
    };
    const hook = { off: ["/bin/lb"], on: ["/bin/lb"], deadline: _ === "10m" ? 600_000 : 5_000 };
    const site = { policies: new Map([[web, { role: web, traffic: { hook } }]]) } as unknown as Site;
    const operation = { from: web, to: "spare", chart: { value: "draining" } } as unknown as Operation;
    const controller = { world: { clock, traffic: { off } } } as unknown as Controller;
    await runEffect(controller, { operation, machine: {} as Machine, effect: "trafficOff", site, seenMs: 0 });
    expect(given).toEqual([deadlineMs]);
  },
);
