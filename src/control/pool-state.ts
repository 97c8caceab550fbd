/** The pool's state at the start of a process: the stored one, or a new one that only advises. */
import type { Logger } from "pino";
import { modeChart, newMode } from "../core/decide/mode.statechart.ts";
import { checkSnapshot } from "../core/domain/chart.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Rollout } from "../core/domain/rollout.ts";
import { operationChart } from "../core/operate/operation.statechart.ts";
import { rolloutChart } from "../core/rollout/rollout.statechart.ts";
import { storageChart } from "../core/storage/storage.statechart.ts";
import type { Store } from "../store/store.ts";

/** A lost store is rebuilt from what is seen; until every machine was, or for so long, nothing starts. */
const RECOVERY_MS = 900_000;

export const newPoolState = (): PoolState => ({
  adopted: false,
  mode: newMode(),
  roles: new Map(),
  machines: new Map(),
  operations: new Map(),
  overrides: [],
  spent: [],
  failures: [],
  rollouts: [],
  recoveringMs: RECOVERY_MS,
  storage: new Map(),
});

/** Throws when an unfinished operation or a file server can't be read: to guess a phase could mean a second power-off. */
export async function loadPoolState(store: Store, logger: Logger): Promise<PoolState> {
  const stored = await store.loadState();
  if (stored === null) {
    logger.info("new store: advising only, until `retask adopt`");
    return newPoolState();
  }
  for (const operation of stored.operations.values()) {
    const wrong = checkSnapshot(operationChart, operation.chart);
    if (wrong !== null) throw new Error(`operation ${operation.id} can't be read from the store: ${wrong}`);
  }
  for (const [server, chart] of stored.storage) {
    const wrong = checkSnapshot(storageChart, chart);
    if (wrong !== null) throw new Error(`file server ${server} can't be read from the store: ${wrong}`);
  }
  const modeWrong = checkSnapshot(modeChart, stored.mode);
  if (modeWrong !== null) logger.warn({ why: modeWrong }, "the stored mode can't be read: advising");
  const known = { ...stored, rollouts: stored.rollouts.filter((rollout) => isKnown(rollout, logger)) };
  return modeWrong === null ? known : { ...known, mode: newMode() };
}

/** One that can't be gone on with is left as it stands: machines keep their images, and somebody begins anew. */
function isKnown({ role, chart }: Rollout, logger: Logger): boolean {
  const wrong = checkSnapshot(rolloutChart, chart);
  if (wrong !== null) logger.warn({ role, why: wrong }, "the stored roll-out can't be read: it is given up");
  return wrong === null;
}
