/** The daemon's own metrics: set once a tick from what the tick concluded, so that a scrape can never fail or block. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { type Breakers, breakerOpen, trialsOf } from "../core/decide/breaker.ts";
import type { ComingRota } from "../core/decide/coming-rota.ts";
import { isAdvising } from "../core/decide/mode.statechart.ts";
import { ordersInForce } from "../core/decide/orders.ts";
import type { EffectKind } from "../core/domain/observation.ts";
import type { FinishedOperation, Operation, OperationOutcome } from "../core/domain/operation.ts";
import { aimOf, type Override } from "../core/domain/override.ts";
import { standingsOf } from "../core/domain/standing.ts";
import { isUnderWay } from "../core/rollout/judge-rollouts.ts";
import { rolloutState } from "../core/rollout/rollout.statechart.ts";
import { stoppedByItself } from "../core/rollout/stopped-by-itself.ts";
import { survey } from "../core/rollout/survey.ts";
import type { Controller, Tick, Watcher } from "./controller.ts";
import { driftOf } from "./drift.ts";
import type { EffectOutcome } from "./effect-log.ts";
import { NotificationMetrics } from "./notifications/notification-metrics.ts";
import { StorageMetrics } from "./storage-metrics.ts";
import { storageStatus } from "./storage-status.ts";

export interface ConfigurationHealth {
  readonly valid: boolean;
  readonly pending: boolean;
}

const OUTCOMES: readonly OperationOutcome[] = ["done", "undone", "quarantined", "stranded"];

/** How far ahead the rota is a metric. */
const ROTA_HOURS = [1, 2, 4, 8, 12, 18, 23];

const countOpen = ({ pool, racks, images }: Breakers): number => Number(pool !== null) + racks.size + images.size;

export class Telemetry implements Watcher {
  readonly registry = new Registry();
  readonly notifications = new NotificationMetrics(this.registry);
  private readonly storage = new StorageMetrics(this.registry);
  private readonly gauges = new Map<string, Gauge<string>>();
  private readonly tickSeconds: Histogram;
  private readonly operations: Counter<"outcome">;
  private readonly effects: Counter<"effect" | "result">;
  private failedTicks: () => number = () => 0;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.tickSeconds = new Histogram({
      name: "retask_tick_duration_seconds",
      help: "How long a tick took, from the first question to the last effect started",
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10],
      registers,
    });
    this.operations = new Counter({
      name: "retask_operations_total",
      help: "Operations that ended, by outcome",
      labelNames: ["outcome"],
      registers,
    });
    // From 0, so that the first of each is a step that a rate sees.
    for (const outcome of OUTCOMES) this.operations.inc({ outcome }, 0);
    this.effects = new Counter({
      name: "retask_effects_total",
      help: "Effects that settled",
      labelNames: ["effect", "result"],
      registers,
    });
    const failedTicks = (): number => this.failedTicks();
    new Counter({
      name: "retask_ticks_failed_total",
      help: "Ticks that failed, and did nothing",
      registers,
      // Read when scraped: while every tick fails, none of them tells.
      collect() {
        this.reset();
        this.inc(failedTicks());
      },
    });
  }

  onFinished({ outcome }: FinishedOperation): void {
    this.operations.inc({ outcome });
  }

  onEffect(_: Operation, effect: EffectKind, outcome: EffectOutcome): void {
    this.effects.inc({ effect, result: outcome.ok ? "ok" : "failed" });
  }

  /** Everything that a tick tells; series of roles that are gone disappear. */
  onTick(tick: Tick, controller: Controller): void {
    this.failedTicks = () => controller.failedTicks;
    this.tickSeconds.observe(tick.tookMs / 1_000);
    const { state } = controller;
    const site = controller.configured.site();
    this.set("retask_tick_last_success_timestamp_seconds", "When the last tick ended", tick.observation.wallMs / 1_000);
    this.set("retask_held", "1 while nothing new may start", Number(tick.decision.held.length > 0));
    this.set("retask_operations_in_flight", "Machines in operation", state.operations.size);
    this.set(
      "retask_breaker_open",
      "Breakers that are open: the pool's, and each rack's and image's",
      countOpen(breakerOpen(state.failures, site.limits, trialsOf(state, site))),
    );
    const records = [...state.machines.values()];
    this.set(
      "retask_quarantined",
      "Machines in quarantine",
      records.filter(({ quarantine }) => quarantine !== null).length,
    );
    this.set(
      "retask_unmanageable",
      "Machines whose BMC can't be used",
      records.filter(({ unmanageable }) => unmanageable !== null).length,
    );
    this.set(
      "retask_drift",
      "Machines that differ from what is recorded",
      driftOf(site, state, tick.observation).length,
    );

    const advising = isAdvising(state.mode);
    const mode = this.labelled("retask_mode", "1 for the mode in force", "mode");
    mode.set({ mode: "advise" }, Number(advising));
    mode.set({ mode: "auto" }, Number(!advising));
    this.noteStandings(tick, controller);
    this.noteRoles(tick);
    this.noteOverrides(state.overrides);
    this.noteRollouts(tick, controller);
    this.noteRota(controller.rota.current(controller));
    this.storage.note(storageStatus(controller, tick));
  }

  noteConfiguration({ valid, pending }: ConfigurationHealth): void {
    this.set("retask_configuration_valid", "1 while the files on disk are the configuration in force", Number(valid));
    this.set("retask_configuration_pending", "1 while a change waits for retask accept", Number(pending));
  }

  private noteStandings({ observation }: Tick, { configured, state }: Controller): void {
    const machines = this.labelled("retask_machines", "Machines by standing", "standing");
    const { maintained } = ordersInForce(state.overrides, observation.wallMs);
    let unknown = 0;
    for (const [machine, { kind }] of standingsOf(configured.site(), state, observation)) {
      machines.inc({ standing: kind });
      // Whoever works on one may unplug it.
      if (kind === "unknown" && !maintained.has(machine)) unknown += 1;
    }
    this.set("retask_unknown", "Machines whose standing is unknown, and that nobody works on", unknown);
  }

  private noteRoles({ decision }: Tick): void {
    const gauge = (name: string, help: string) => this.labelled(`retask_role_${name}`, help, "role");
    const desired = gauge("desired", "Machines that the role gets");
    const wanted = gauge("wanted", "Machines that the role would like; absent while demand is unknown");
    const capacity = gauge("capacity", "Machines that serve in the role");
    const healthy = gauge("healthy", "Machines that count for the floor: verified, serving, not draining");
    const floor = gauge("floor", "The floor that holds now");
    const demand = gauge("demand", "Demand in the role's own unit; absent while unknown");
    const known = gauge("demand_known", "1 while demand is known");
    for (const [role, decided] of decision.roles) {
      desired.set({ role }, decided.desired);
      capacity.set({ role }, decided.counts.capacity);
      healthy.set({ role }, decided.counts.forFloor);
      floor.set({ role }, decided.floor);
      if (decided.wanted.count !== null) wanted.set({ role }, decided.wanted.count);
      // Unknown is not zero, on a graph neither: the series has a gap.
      if (decided.demand.kind !== "unknown") demand.set({ role }, decided.demand.value);
      known.set({ role }, Number(decided.demand.kind !== "unknown"));
    }
  }

  private noteOverrides(overrides: readonly Override[]): void {
    const inForce = this.labelled("retask_overrides", "Overrides in force", "kind");
    const created = this.labelled("retask_override_created_timestamp_seconds", "When the override was set", "aim");
    const help = "When the override ends; absent where it holds until it is resumed";
    const expires = this.labelled("retask_override_expires_timestamp_seconds", help, "aim");
    for (const { act, createdMs, expiresMs } of overrides) {
      const aim = aimOf(act);
      inForce.inc({ kind: act.kind });
      created.set({ aim }, createdMs / 1_000);
      if (expiresMs !== null) expires.set({ aim }, expiresMs / 1_000);
    }
  }

  private noteRollouts({ observation }: Tick, { configured, state }: Controller): void {
    const phase = this.labelled(
      "retask_rollout_state",
      "1 for the state of the role's roll-out, the last one too",
      "role",
      "state",
    );
    const stopped = this.labelled(
      "retask_rollout_stopped",
      "1 where it stopped or paused without being told to; for a day, once it is over",
      "role",
    );
    const machines = this.labelled("retask_rollout_machines", "Machines of a roll-out under way", "role", "boot");
    for (const rollout of state.rollouts) {
      const { role, chart } = rollout;
      phase.set({ role, state: rolloutState(chart) }, 1);
      stopped.set({ role }, Number(stoppedByItself(rollout, observation.wallMs) !== null));
      if (!isUnderWay(rollout)) continue;
      const { renewed, old, left } = survey(rollout, { site: configured.site(), state, observation });
      machines.set({ role, boot: "new" }, renewed.length);
      machines.set({ role, boot: "old" }, old.length);
      machines.set({ role, boot: "left" }, left.length + rollout.left.length);
    }
  }

  private noteRota(rota: ComingRota | null): void {
    const planned = this.labelled(
      "retask_role_rota",
      "Machines that the role is planned to have, so many hours ahead",
      "role",
      "hours",
    );
    for (const { role, counts } of rota?.roles ?? []) {
      for (const hours of ROTA_HOURS) {
        const count = counts[(hours * 60) / (rota?.slotMinutes ?? 60)];
        if (count !== undefined) planned.set({ role, hours }, count);
      }
    }
  }

  private set(name: string, help: string, value: number): void {
    this.gauge(name, help, []).set(value);
  }

  /** Emptied first: what is not set again in this tick is no longer true. */
  private labelled(name: string, help: string, ...labels: string[]): Gauge<string> {
    const gauge = this.gauge(name, help, labels);
    gauge.reset();
    return gauge;
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge<string> {
    const existing = this.gauges.get(name);
    if (existing !== undefined) return existing;
    const gauge = new Gauge({ name, help, labelNames, registers: [this.registry] });
    this.gauges.set(name, gauge);
    return gauge;
  }
}
