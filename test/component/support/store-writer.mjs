/** A controller that does nothing but journal, as a process that can be killed: `store-writer.mjs MODULE FILE COUNT`.
 * Prints each intent's id once its promise has resolved, then `idle`, or the code of the error that stopped it. */
import { writeSync } from "node:fs";

const [module = "", file = "", count = "0"] = process.argv.slice(2);
const { openSqliteStore } = await import(module);
const silent = { info: () => {}, warn: () => {} };
const clock = { wallMs: () => 1_000 };
const opened = await openSqliteStore({ file, logger: silent, clock, keepDecisionsMs: 1e12, keepDemandMs: 1e12 });
// Written at once, and not when the event loop comes round: the next line may never be reached.
/** @param {string | number} line */
const say = (line) => writeSync(1, `${line}\n`);

if (!opened.ok) {
  say(opened.code);
  process.exit(1);
}

const chart = { version: 1, value: "steady", context: {} };
/** @param {boolean} adopted */
const state = (adopted) => ({
  adopted,
  mode: chart,
  roles: new Map([["web", chart]]),
  machines: new Map(),
  operations: new Map(),
  overrides: [],
  spent: [],
  failures: [],
  recoveringMs: null,
});

try {
  for (let written = 0; written < Number(count); written += 1) {
    if (written % 5 === 0) {
      const demand = new Map([["web", { kind: "known", value: written }]]);
      await opened.store.saveTick({ state: state(written % 2 === 0), finished: [], decision: null, demand, atMs: 0 });
    }
    const common = { machine: "m01", effect: "softOff", attempt: 1, atMs: written };
    const id = await opened.store.beginIntent({ operation: `op-${written}`, ...common });
    say(id);
    if (written % 3 === 0) await opened.store.settleIntent(id, { ok: true, code: null, detail: null, atMs: written });
  }
  say("idle");
  setInterval(() => {}, 60_000);
} catch (error) {
  say(/** @type {{ code: string }} */ (error).code);
}
