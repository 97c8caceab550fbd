/**
 * Power states, read in the background: a BMC may take fifteen seconds to answer, and no tick waits for it. The poller
 * remembers the last answer of each, how many equal ones came in a row, and when to ask again.
 */
import type { Machine } from "../core/domain/fleet.ts";
import type { MachineName } from "../core/domain/names.ts";
import type { BmcCode, PowerFact } from "../core/domain/observation.ts";
import type { Store } from "../store/store.ts";
import type { Enrolment, World } from "../world/ports.ts";

const IDLE_MS = 120_000;
const JITTER_MS = 30_000;
const IN_OPERATION_MS = 1_000;
const FAILED_MS = 300_000;
/** A doubt is settled soon: one lost answer, or a dead BMC. And who waits for the proof of an off can't wait for minutes. */
const DOUBT_MS = 15_000;
const FAILURES_TO_BACK_OFF = 3;
/** ipmitool's own deadline is shorter; this one covers the queue of its BMC. */
const DEADLINE_MS = 60_000;

interface Known {
  readonly power: "on" | "off" | null;
  readonly readings: number;
  readonly atMs: number;
  readonly failures: number;
  readonly code: BmcCode | null;
  readonly why: string;
}

const NEVER: Known = {
  power: null,
  readings: 0,
  atMs: Number.NEGATIVE_INFINITY,
  failures: 0,
  code: null,
  why: "not asked yet",
};

export class PowerPoller {
  private readonly world: World;
  private readonly store: Store;
  private readonly answered: () => void;
  private readonly known = new Map<MachineName, Known>();
  private readonly asking = new Set<MachineName>();
  private readonly enrolments = new Map<MachineName, Enrolment>();

  constructor(world: World, store: Store, answered: () => void) {
    this.world = world;
    this.store = store;
    this.answered = answered;
  }

  /** Starts a reading where one is due; never waits for it. */
  poll(machine: Machine, inOperation: boolean): void {
    if (this.asking.has(machine.name)) return;
    const { atMs, failures } = this.known.get(machine.name) ?? NEVER;
    if (this.world.clock.monotonicMs() - atMs < pauseMs(machine.name, failures, inOperation)) return;
    this.asking.add(machine.name);
    // A store that can't be written must not end the process: the power is unknown, and says why.
    const reading = this.read(machine).catch((error: unknown) => this.failed(machine.name, null, String(error)));
    void reading.finally(() => {
      this.asking.delete(machine.name);
      if (inOperation && this.isNews(machine.name)) this.answered();
    });
  }

  /** What was read twice already can wait for the next tick; the second reading is what proves an off. */
  private isNews(machine: MachineName): boolean {
    return (this.known.get(machine) ?? NEVER).readings <= 2;
  }

  fact(machine: MachineName): PowerFact {
    const { power, readings, atMs, failures, code, why } = this.known.get(machine) ?? NEVER;
    if (power === null) return { kind: "unknown", why, code, failures };
    return { kind: power, ageMs: this.world.clock.monotonicMs() - atMs, readings };
  }

  /** A power command makes every earlier reading worthless, and the one in flight too. */
  commandSent(machine: MachineName): void {
    this.known.set(machine, { ...NEVER, why: "not read since the power command" });
    this.asking.delete(machine);
  }

  /** Another BMC bears this machine's name from now on: what was read of the old one says nothing of it. */
  forget(machine: MachineName): void {
    this.known.set(machine, { ...NEVER, why: "another BMC bears its name, and was not read yet" });
    this.asking.delete(machine);
    this.enrolments.delete(machine);
  }

  /** The enrolled identity; `null` when the machine was never enrolled. */
  async enrolment(machine: MachineName): Promise<Enrolment | null> {
    const cached = this.enrolments.get(machine);
    if (cached !== undefined) return cached;
    const stored = await this.store.enrolment(machine);
    if (stored !== null) this.enrolments.set(machine, stored);
    return stored;
  }

  /** One reading now, waited for; used by `retask adopt`, which needs the GUIDs in its table. */
  async read(machine: Machine): Promise<void> {
    const signal = this.world.clock.deadline(DEADLINE_MS);
    const before = this.known.get(machine.name);
    let enrolment = await this.enrolment(machine.name);
    if (enrolment === null) {
      const enrolled = await this.world.power.enrol(machine, signal);
      if (!enrolled.ok) return this.failed(machine.name, enrolled.code, enrolled.why);
      enrolment = enrolled.enrolment;
      await this.store.saveEnrolment(machine.name, enrolment);
      this.enrolments.set(machine.name, enrolment);
    }
    const reply = await this.world.power.status(machine, enrolment, signal);
    // A power command went out while this reading was under way: it may be from before.
    if (this.known.get(machine.name) !== before) return;
    if (!reply.ok) return this.failed(machine.name, reply.code, reply.why);
    const readings = before?.power === reply.power ? before.readings + 1 : 1;
    const atMs = this.world.clock.monotonicMs();
    this.known.set(machine.name, { power: reply.power, readings, atMs, failures: 0, code: null, why: "" });
  }

  private failed(machine: MachineName, code: BmcCode | null, why: string): void {
    const failures = (this.known.get(machine)?.failures ?? 0) + 1;
    const atMs = this.world.clock.monotonicMs();
    this.known.set(machine, { power: null, readings: 0, atMs, failures, code, why });
  }
}

/** From the last answer to the next question. */
function pauseMs(machine: MachineName, failures: number, inOperation: boolean): number {
  const isDead = failures >= FAILURES_TO_BACK_OFF;
  if (inOperation) return isDead ? DOUBT_MS : IN_OPERATION_MS;
  if (isDead) return FAILED_MS;
  return failures > 0 ? DOUBT_MS : idleMs(machine);
}

/** Spread by name, so that a thousand BMCs are not asked in the same second; the same at every start. */
function idleMs(machine: MachineName): number {
  let hash = 0;
  for (const char of machine) hash = (hash * 31 + char.charCodeAt(0)) % 9_973;
  return IDLE_MS + (hash / 9_973) * JITTER_MS;
}
