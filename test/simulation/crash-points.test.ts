/**
 * kill -9 before and after each side effect of a re-tasking, and then again before and after each side effect of the recovery:
 * it converges, no power-off is ever issued again, and no role falls below its floor.
 */
import { describe, expect, test } from "vitest";
import { Life } from "../../src/simulation/faults/life.ts";
import { noTroubles } from "../../src/simulation/faults/troubles.ts";
import type { SimulatedMachine } from "../../src/simulation/simulated-machine.ts";
import {
  type FarmOptions,
  type FaultFarm,
  MINUTE_MS,
  outcomes,
  phase,
  restart,
  servingCompile,
  servingWeb,
  startFarm,
  subject,
} from "./support/fault-farm.ts";

interface Scenario {
  readonly name: string;
  readonly options: FarmOptions;
  /** Intents and results of a run that nobody kills. */
  readonly words: number;
  /** Asked before each turn: breaks what this scenario is about. */
  readonly trouble?: (farm: FaultFarm) => void;
  readonly outcome: string;
  /** Machines that serve web, and builds, in the end. */
  readonly serving: readonly [number, number];
}

const DEAD = async () => ({ ok: false, code: "RTK_BMC_UNREACHABLE", why: "no answer" }) as const;
const staysDown = (machine: SimulatedMachine): void => {
  machine.switchOn = () => {
    machine.phase = "booting";
  };
};

const SCENARIOS: readonly Scenario[] = [
  {
    // Preflight, traffic off, relink, identify, soft off, on, traffic on; each an intent and a result.
    name: "a build machine that goes to web",
    options: {},
    words: 14,
    outcome: "done",
    serving: [2, 2],
  },
  {
    name: "a web machine that goes back to builds",
    options: { begin: [2, 2], wants: [2, 1] },
    words: 14,
    outcome: "done",
    serving: [1, 3],
  },
  {
    name: "a cold spare that is switched on",
    options: { begin: [1, 2], wants: [1, 1] },
    // Preflight, on, traffic on: its link was left as it was.
    words: 6,
    outcome: "done",
    serving: [1, 3],
  },
  {
    name: "a machine whose BMC dies while it drains",
    options: {},
    words: 12,
    trouble: (farm) => {
      if (phase(farm) === "draining") Object.assign(farm.simulation.world.power, { identify: DEAD, softOff: DEAD });
    },
    outcome: "undone",
    serving: [1, 3],
  },
  {
    name: "a machine that never comes back",
    options: {},
    words: 12,
    trouble: (farm) => {
      if (phase(farm) === "poweringOff") staysDown(subject(farm));
    },
    outcome: "quarantined",
    serving: [1, 2],
  },
];

const STEP_MS = 2_000;
const PATIENCE_MS = 60 * MINUTE_MS;

/** `deaths`: the word at which the first process dies, then the second one, and so on. */
async function retask({ options, trouble }: Scenario, deaths: readonly number[]) {
  const life = new Life(noTroubles(), () => {});
  const farm = await startFarm({ ...options, holding: (store) => life.holding(store) });
  const waiting = [...deaths];
  const nextLife = (): void => {
    life.begin();
    const at = waiting.shift();
    if (at !== undefined) life.dieAt(at);
  };
  nextLife();
  let died = 0;
  const endMs = farm.simulation.world.clock.monotonicMs() + PATIENCE_MS;
  while (farm.finished.length === 0 && farm.simulation.world.clock.monotonicMs() < endMs) {
    trouble?.(farm);
    await farm.simulation.turn(STEP_MS).catch((error: unknown) => {
      if (!life.isDead) throw error;
    });
    expect(Math.min(servingWeb(farm), servingCompile(farm)), `floors, ${deaths.join()}`).toBeGreaterThanOrEqual(1);
    if (!life.isDead) continue;
    died += 1;
    nextLife();
    await restart(farm);
  }
  return { farm, died, words: life.words };
}

function expectConverged({ outcome, serving }: Scenario, farm: FaultFarm, why: string): void {
  const offs = farm.commands.map(({ what }) => what).filter((what) => !what.endsWith(" on"));
  expect(new Set(offs).size, `${why}: ${offs.join(", ")}`).toBe(offs.length);
  if (mayHaveBeenSent(farm) && offs.length === 0) {
    expectGivenUp(farm, why);
    return;
  }
  expect(outcomes(farm), why).toEqual([outcome]);
  expect([servingWeb(farm), servingCompile(farm)], why).toEqual(serving);
}

const mayHaveBeenSent = ({ finished }: FaultFarm): boolean =>
  finished.some(({ why }) => why.startsWith("did not switch off"));

/** Killed between intent and effect of the soft off, and again of the hard one: neither may be sent again, and none was. */
function expectGivenUp(farm: FaultFarm, why: string): void {
  expect(outcomes(farm), why).toEqual(["quarantined"]);
  const [machine] = farm.finished.map(({ operation }) => farm.simulation.world.machines.get(operation.machine));
  expect(machine?.phase, why).toBe("up");
}

describe.each(SCENARIOS)("$name", (scenario) => {
  test("that nobody kills ends so, with so many side effects", async () => {
    const { farm, words, died } = await retask(scenario, []);
    expectConverged(scenario, farm, "nobody died");
    expect([words, died]).toEqual([scenario.words, 0]);
  });

  test.each(Array.from({ length: scenario.words }, (_, index) => [index + 1]))(
    "killed at word %i, and again at each word of the recovery",
    async (first) => {
      const once = await retask(scenario, [first]);
      expect(once.died).toBe(1);
      expectConverged(scenario, once.farm, `killed at word ${first}`);
      for (let second = 1; second <= once.words; second++) {
        const { farm, died } = await retask(scenario, [first, second]);
        expect(died).toBe(2);
        expectConverged(scenario, farm, `killed at word ${first}, then at word ${second}`);
      }
    },
  );
});
