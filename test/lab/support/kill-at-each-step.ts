/** Kills the daemon whenever the journal of its operation has gone one step further. */
import { setTimeout as sleep } from "node:timers/promises";
import { journal, live } from "../../component/support/real-farm/look.ts";
import type { Lab } from "./lab.ts";

export interface StepKiller {
  /** In order: `softOff begun` after an intent was seen in the journal, `softOff ended` after its result was. */
  readonly steps: () => readonly string[];
  readonly kills: () => number;
  readonly stop: () => Promise<void>;
}

/** The store is locked against readers, so the API is asked; as often as it lets one. */
const LOOK_MS = 120;

/**
 * Each kind of step once: a step that is lost with the daemon is begun anew, and killed for ever it would never end. `but`:
 * steps that are left alone.
 */
export function killAtEachStep(lab: Lab, but: readonly string[]): StepKiller {
  const taken = new Set<string>();
  let [running, kills] = [true, 0];
  const killing = (async () => {
    for (let operation = ""; running; await sleep(LOOK_MS)) {
      operation ||= (await live(lab))?.id ?? "";
      if (operation === "") continue;
      const news = (await stepsOf(lab, operation)).filter((step) => !taken.has(step));
      for (const step of news) taken.add(step);
      if (news.every((step) => but.includes(step))) continue;
      kills += 1;
      await lab.daemon.kill();
      await lab.daemon.start();
    }
  })();
  return {
    steps: () => [...taken],
    kills: () => kills,
    stop: async () => {
      running = false;
      await killing;
    },
  };
}

async function stepsOf(lab: Lab, operation: string): Promise<string[]> {
  const intents = await journal(lab, operation);
  return intents.flatMap(({ effect, result }) =>
    result === null ? [`${effect} begun`] : [`${effect} begun`, `${effect} ended`],
  );
}
