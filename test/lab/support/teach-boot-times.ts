/** Boot times that a lab's machines would have learned in days: until there are five, a boot may take a quarter of an hour. */
import { join } from "node:path";
import pino from "pino";
import { machineName } from "../../../src/core/domain/names.ts";
import { openSqliteStore } from "../../../src/store/sqlite-store.ts";
import type { Lab } from "./lab.ts";
import type { LabMachine } from "./machines.ts";

/** As though each had booted five times under retask, which is restarted for it: its deadline is two minutes then. */
export async function teachBootTimes(lab: Lab, taught: readonly LabMachine[]): Promise<void> {
  await lab.daemon.end();
  const logger = pino({ level: "silent" });
  const kept = { keepDecisionsMs: 1e9, keepDemandMs: 1e9, clock: { wallMs: Date.now } };
  const opened = await openSqliteStore({ file: join(lab.dir, "state/retask.db"), logger, ...kept });
  if (!opened.ok) throw new Error(opened.why);
  const state = await opened.store.loadState();
  if (state === null) throw new Error("the store is empty");
  const machines = new Map(state.machines);
  for (const { name } of taught) {
    const record = machines.get(machineName(name));
    if (record === undefined) throw new Error(`the store knows no ${name}`);
    machines.set(machineName(name), { ...record, bootMs: Array(5).fill(20_000) });
  }
  const tick = { finished: [], decision: null, demand: new Map(), atMs: Date.now() };
  await opened.store.saveTick({ state: { ...state, machines }, ...tick });
  await opened.store.close();
  await lab.daemon.start();
}
