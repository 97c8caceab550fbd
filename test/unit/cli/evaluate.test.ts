/** The evaluation's session: from no history at all to a forecast. */
import { expect, test } from "vitest";
import { initSchema, minuteSchema } from "../../../src/cli/evaluate/messages.ts";
import { beginSession } from "../../../src/cli/evaluate/session.ts";
import { wave } from "../support/noise.ts";

const init = (web: readonly number[], every = 1) =>
  initSchema.parse({
    type: "init",
    N: 50,
    switchMinutes: 4,
    weights: { webMachineHourShort: 20, compileMachineHourLost: 1, perSwitchMachineHours: 5 / 60 },
    orderEveryMinutes: every,
    history: { web, compile: null },
  });
const minute = (t: number, demand: number | null, web: number) =>
  minuteSchema.parse({
    t,
    demand: { web: demand, compile: null },
    machines: { web, compile: 50 - web, toWeb: 0, toCompile: 0 },
  });

test("without history a shortage is met, and unknown demand changes nothing", () => {
  const session = beginSession(init([]));
  expect(session(minute(0, 20, 10)).targets).toEqual({ web: 20, compile: 30 });
  expect(session(minute(1, null, 20)).targets.web).toBe(20);
});

test("with a forecast the role has some machines more than the last demand, and between orders none are asked for", () => {
  const history = wave(2_000);
  const session = beginSession(init(history, 60));
  const now = history.at(-1) as number;
  expect(session(minute(0, now, 30)).targets.web).toBeGreaterThan(now);
  expect(session(minute(0, now, 30)).targets.web).toBeLessThan(now + 10);
  expect(session(minute(7, 3, 30)).targets).toEqual({ web: 30, compile: 20 });
});
