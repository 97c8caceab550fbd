/** A simulated farm whose people are told: the real notifier, store and HTTP, and a machine that can be quarantined at will. */
import { Writable } from "node:stream";
import pino from "pino";
import type { Watcher } from "../../../src/control/controller.ts";
import { Notifier } from "../../../src/control/notifications/notifier.ts";
import { receiversOf } from "../../../src/control/notifications/receiver.ts";
import { Telemetry } from "../../../src/control/telemetry.ts";
import { machineName } from "../../../src/core/domain/names.ts";
import { newMachineRecord } from "../../../src/core/domain/pool-state.ts";
import { type Settings, settingsSchema } from "../../../src/core/domain/settings.ts";
import type { Store } from "../../../src/store/store.ts";
import { systemClock } from "../../../src/world/clock/system-clock.ts";
import { type Bench, startBench } from "../../unit/http/support/bench.ts";

export interface ToldFarm {
  readonly bench: Bench;
  readonly notifier: Notifier;
  /** Every line that the notifier logged. */
  readonly logged: readonly string[];
  /** A metric of a receiver, as Prometheus would read it. */
  metric(name: string, result?: string): Promise<number | undefined>;
  /** As an operation that went wrong would leave them; none: nobody is in quarantine. One tick follows. */
  quarantine(...machines: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** As an operator writes it; paths and defaults are the schema's. */
export function notifyOf(...entries: readonly object[]): Settings["notify"] {
  const bmc = { user: "retask", passwordFile: "/nowhere" };
  return settingsSchema.parse({ bootLinks: "/nowhere", bmc, notify: entries }).notify;
}

interface Told {
  readonly time?: "simulated" | "true";
  readonly resendMs?: number;
}

/** The notifier alone, with delays shorter than the daemon's, so that a test need not wait for seconds and minutes. */
export async function startNotifier(
  store: Store,
  notify: Settings["notify"],
  { telemetry = new Telemetry(), logged = [] as string[], resendMs = 300 } = {},
): Promise<Notifier> {
  const notifier = await Notifier.start({
    receivers: receiversOf(notify),
    store,
    logger: pino({ level: "trace" }, linesInto(logged)),
    metrics: telemetry.notifications,
    clock: systemClock,
    sender: { from: "ctl-1", url: "http://127.0.0.1:9420", dryRun: false },
    waiting: () => null,
    pace: { firstDelayMs: 20, resendMs },
  });
  if (notifier === null) throw new Error("nobody is to be told");
  return notifier;
}

export async function startToldFarm(
  store: Store,
  notify: Settings["notify"],
  { time = "simulated", resendMs }: Told = {},
): Promise<ToldFarm> {
  const logged: string[] = [];
  const telemetry = new Telemetry();
  const notifier = await startNotifier(store, notify, {
    telemetry,
    logged,
    ...(resendMs !== undefined && { resendMs }),
  });
  // The farm's clock is simulated, but an Alertmanager goes by the true one.
  const inTrueTime: Watcher = {
    onTick: (tick, controller) =>
      notifier.onTick({ ...tick, observation: { ...tick.observation, wallMs: Date.now() } }, controller),
  };
  const bench = await startBench({ watchers: [time === "true" ? inTrueTime : notifier] });
  const { controller, simulation } = bench;
  return {
    bench,
    notifier,
    logged,
    metric: async (name, result) => {
      const { values } = (await telemetry.registry.getSingleMetric(name)?.get()) ?? { values: [] };
      return values.find(({ labels }) => result === undefined || labels.result === result)?.value;
    },
    quarantine: async (...names) => {
      const machines = new Map(controller.state.machines);
      for (const [name, record] of machines) machines.set(name, { ...record, quarantine: null });
      for (const name of names.map(machineName)) {
        const quarantine = { why: "no beacon came", sinceMs: 1, operation: null, expected: null };
        machines.set(name, { ...(machines.get(name) ?? newMachineRecord()), quarantine });
      }
      controller.state = { ...controller.state, machines };
      await simulation.turn();
    },
    stop: async () => {
      await notifier.stop();
      await bench.api.close();
    },
  };
}

function linesInto(lines: string[]): Writable {
  return new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  });
}
