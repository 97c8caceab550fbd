/**
 * The witness of a simulated day: sees the true world and every side effect in its moment, remembers what the invariants
 * need, and asks each of them. It believes nothing that the controller says of itself, but for what it began and ended.
 */
import type { Tick, Watcher } from "../../control/controller.ts";
import {
  type ImageName,
  type MachineName,
  type OperationId,
  type RoleName,
  sameVersion,
} from "../../core/domain/names.ts";
import type { DemandFacts } from "../../core/domain/observation.ts";
import type { FinishedOperation, Operation } from "../../core/domain/operation.ts";
import type { PlannedMove } from "../../core/domain/plan.ts";
import { rolloutState } from "../../core/rollout/rollout.statechart.ts";
import type { MemoryBootLinks } from "../memory-boot-links.ts";
import type { SimulatedMachine } from "../simulated-machine.ts";
import {
  type BeginCause,
  type BeginEvent,
  type Begun,
  type Death,
  type Evidence,
  type Heard,
  isTooLow,
  type PowerEvent,
  SEEN_MS,
  served,
} from "./evidence.ts";
import type { FaultyFarm } from "./faulty-farm.ts";

import * as invariants from "./invariants.ts";
import * as ofPower from "./power-invariants.ts";
import type { PowerCommand, SideEffects } from "./side-effects.ts";
import * as ofWorks from "./works-invariants.ts";

export interface Violation {
  /** As `S1`. */
  readonly invariant: string;
  readonly why: string;
  readonly atMs: number;
}

const AT_POWER = {
  S1: ofPower.s1,
  S3: ofPower.s3,
  S6: ofPower.s6,
  S7: ofPower.s7,
  S8: ofPower.s8Before,
};
const AT_POWER_TOO = { S9: ofPower.s9, S10: ofPower.s10, "fail-over": ofWorks.cutOff };
const AT_BEGIN = { S2: invariants.s2, S5: invariants.s5, S11: invariants.s11, S12: invariants.s12 };
const AT_BEGIN_TOO = { S15: invariants.s15, S18: invariants.s18 };
const OF_WORKS = { "fail-over": ofWorks.failOver, "roll-out": ofWorks.stoppedRollout, load: ofWorks.keepsLoad };
const AT_TICK = { S4: invariants.s4, S17: invariants.s17 };

/** Ticks look at least so often. */
const LOOK_MS = 15_000;
const LONGEST_TICK_MS = 60_000;

export class Witness implements Evidence, SideEffects, Watcher {
  readonly farm: FaultyFarm;
  readonly violations: Violation[] = [];
  readonly lastServed = new Map<string, number>();
  readonly lastUp = new Map<string, number>();
  readonly upSince = new Map<MachineName, number>();
  readonly lastOff = new Map<MachineName, number>();
  readonly silentSince = new Map<MachineName, number>();
  readonly begun: Begun[] = [];
  readonly failures: number[] = [];
  readonly sent = new Map<OperationId, { command: PowerCommand; atMs: number }[]>();
  readonly executed = new Map<MachineName, PowerCommand>();
  readonly foreignLinks = new Set<MachineName>();
  readonly heard = new Map<RoleName, Heard>();
  readonly wanted = new Map<string, { count: number | null; least: number }>();
  readonly deaths = new Map<string, Death>();
  readonly failedImages = new Map<ImageName, number>();
  readonly bootsBefore = new Map<OperationId, string | null>();
  readonly ended = { done: 0, undone: 0, quarantined: 0, stranded: 0 };
  events = 0;
  private lookedMs = 0;

  constructor(farm: FaultyFarm) {
    this.farm = farm;
  }

  nowMs = (): number => this.farm.world.clock.monotonicMs();

  /** No tick ends while the record can't be written, and the world goes on. */
  lookWhenDue(): void {
    if (this.nowMs() - this.lookedMs >= LOOK_MS) this.look();
  }

  /** The true world, as it is now; between two ticks, and before every power command. */
  look(): void {
    const nowMs = this.nowMs();
    this.lookedMs = nowMs;
    const { world, troubles } = this.farm;
    for (const [server, sinceMs] of troubles.deadSinceMs) {
      const before = this.deaths.get(server);
      const isSame = before !== undefined && sinceMs - before.untilMs < SEEN_MS;
      const beganMs = isSame ? before.sinceMs : sinceMs;
      const longestMs = Math.max(before?.longestMs ?? 0, nowMs - beganMs);
      this.deaths.set(server, { sinceMs: beganMs, untilMs: nowMs, longestMs });
    }
    for (const [name, machine] of world.machines) {
      const report = machine.report(null);
      if (machine.power === "off") this.lastOff.set(name, nowMs);
      this.noteLink(machine);
      if (report === null) this.upSince.delete(name);
      else if (!this.upSince.has(name)) this.upSince.set(name, nowMs - report.uptimeS * 1_000);
      if (report !== null && !troubles.unreachable.has(name)) this.silentSince.delete(name);
      else if (!this.silentSince.has(name)) this.silentSince.set(name, nowMs);
      const role = report?.role as RoleName | undefined;
      if (role === undefined || troubles.unreachable.has(name)) continue;
      this.lastUp.set(served(role, name), nowMs);
      if (world.traffic.isServing(role, name)) this.lastServed.set(served(role, name), nowMs);
    }
    this.hold("S16", invariants.s16(this));
  }

  private noteLink({ machine: { name }, running }: SimulatedMachine): void {
    const { world, troubles } = this.farm;
    if (troubles.foreignLinks.has(name)) this.foreignLinks.add(name);
    else if ((world.links as MemoryBootLinks).links.get(name) === running?.image) this.foreignLinks.delete(name);
  }

  onPower(machine: MachineName, command: PowerCommand, by: string): void {
    this.look();
    const operation = [...this.farm.controller().state.operations.values()].find((one) => one.machine === machine);
    const event: PowerEvent = { machine, command, by, operation };
    for (const [name, check] of Object.entries({ ...AT_POWER, ...AT_POWER_TOO })) this.hold(name, check(this, event));
    if (operation === undefined) return;
    this.sent.set(operation.id, [...(this.sent.get(operation.id) ?? []), { command, atMs: this.nowMs() }]);
  }

  onExecuted(machine: MachineName, command: PowerCommand): void {
    this.hold("S8", ofPower.s8Late(this, { machine, command, by: "retask", operation: undefined }));
    this.executed.set(machine, command);
  }

  onDemand(role: RoleName, truth: DemandFacts, told: DemandFacts): void {
    const before = this.heard.get(role)?.lowSinceMs ?? null;
    // What is not told says nothing of what was told before.
    const lowSinceMs = isTooLow(truth, told)
      ? (before ?? this.nowMs())
      : told.demand.kind === "unknown"
        ? before
        : null;
    this.heard.set(role, { truth, told, lowSinceMs });
  }

  onTick(tick: Tick): void {
    this.events += 1;
    this.look();
    // A process that was suspended in its tick ends it with what it saw before, and acts on nothing of that.
    if (tick.tookMs > LONGEST_TICK_MS) return;
    for (const [name, check] of Object.entries(AT_TICK)) this.hold(name, check(this, tick));
  }

  onBegin(moves: readonly PlannedMove[]): void {
    this.look();
    for (const move of moves) {
      const cause = this.causeOf(move);
      this.begun.push({ machine: move.machine, cause, atMs: this.nowMs() });
      const operations = [...this.farm.controller().state.operations.values()];
      const operation = operations.find((one) => one.machine === move.machine);
      const bootId = this.farm.world.machines.get(move.machine)?.report(null)?.bootId ?? null;
      if (operation !== undefined) this.bootsBefore.set(operation.id, bootId);
      const event: BeginEvent = { move, cause, ordered: this.farm.isOrdered(move) };
      const checks = { ...AT_BEGIN, ...AT_BEGIN_TOO, ...OF_WORKS };
      for (const [name, check] of Object.entries(checks)) this.hold(name, check(this, event));
    }
  }

  /** Of a renewal: what its role's roll-out says of itself decides whether it goes on or back. */
  private causeOf({ from, to, manner, toImage }: PlannedMove): BeginCause {
    if (manner === "hard") return "cutOff";
    if (from !== to) return "balance";
    const rollout = this.farm.controller().state.rollouts.find(({ role }) => role === to);
    const isBack = rollout?.aim.kind === "image" && sameVersion(toImage, rollout.aim.previous);
    return isBack && rolloutState(rollout.chart) === "rollingBack" ? "takesBack" : "renewal";
  }

  onFinished(finished: FinishedOperation): void {
    this.events += 1;
    this.ended[finished.outcome] += 1;
    if (finished.outcome === "quarantined") this.noteFailure(finished.operation);
    this.hold("S8", ofPower.s8After(this, { finished }));
    this.hold("S1", ofPower.s1Drained(this, { finished }));
  }

  onEffect(): void {
    this.events += 1;
  }

  private noteFailure({ to, toImage }: Operation): void {
    this.failures.push(this.nowMs());
    const rollout = this.farm.controller().state.rollouts.find(({ role }) => role === to);
    const image = rollout?.aim.kind === "image" && sameVersion(toImage, rollout.aim.image) ? rollout.aim.image : null;
    if (rollout === undefined || image === null) return;
    // In the tick of the failure it stops; one that was over by then tries nothing.
    const wasTrying = !["promoting", "done", "rolledBack", "stopped"].includes(rolloutState(rollout.chart));
    if (wasTrying) this.failedImages.set(image, this.nowMs());
  }

  private hold(invariant: string, why: string | null): void {
    if (why !== null) this.violations.push({ invariant, why, atMs: this.nowMs() });
  }
}
