/** Says what the demo's controller does and why, one readable line for each thing, and an hourly summary. */

import type { ConfigurationKeeper } from "../../control/configuration/keeper.ts";
import type { Controller, Tick, Watcher } from "../../control/controller.ts";
import type { RoleName } from "../../core/domain/names.ts";
import type { FinishedOperation } from "../../core/domain/operation.ts";
import type { PlannedMove } from "../../core/domain/plan.ts";
import { describeReading } from "../../core/domain/reading.ts";
import { describeDuration } from "../../core/domain/units.ts";
import type { PoolEvent } from "../../core/operate/events.ts";
import { shortDigest } from "../text/configuration-text.ts";

const HOUR_MS = 3_600_000;

interface Account {
  servedMs: number;
  shortMs: number;
  most: number;
}

export class Narrator implements Watcher {
  private readonly say: (line: string) => void;
  private readonly clock: { wallMs(): number };
  private readonly timezone: string;
  private readonly accounts = new Map<RoleName, Account>();
  private readonly outcomes = { done: 0, undone: 0, quarantined: 0, stranded: 0 };
  private lastMs: number | null = null;
  private lastHour = -1;
  private watchedMs = 0;

  constructor(say: (line: string) => void, clock: { wallMs(): number }, timezone: string) {
    this.say = say;
    this.clock = clock;
    this.timezone = timezone;
  }

  /** What it made of changed files. */
  listenTo(keeper: ConfigurationKeeper): void {
    keeper.onChange(({ digest }) => this.tell(`runs by the changed files, ${shortDigest(digest)}`));
  }

  onBegin(moves: readonly PlannedMove[]): void {
    for (const { machine, from, to, reason } of moves) this.tell(`${machine}  ${from} to ${to}: ${reason}`);
  }

  onEvents(events: readonly PoolEvent[]): void {
    for (const event of events) {
      if (event.kind === "operation" && event.to === "undoing") this.tell(`${event.machine}  called off: ${event.why}`);
      if (event.kind === "operation" && event.to === "poweringOff")
        this.tell(`${event.machine}  drained and relinked, switching off`);
      if (event.kind === "selfReboot") this.tell(`${event.machine}  ${event.why}`);
    }
  }

  onFinished({ operation, outcome, why, endedMs }: FinishedOperation): void {
    this.outcomes[outcome] += 1;
    const took = describeDuration(endedMs - operation.startedMs);
    if (outcome === "done") this.tell(`${operation.machine}  serves as ${operation.to}, verified, after ${took}`);
    else this.tell(`${operation.machine}  ${outcome}: ${why}`);
  }

  onTick(tick: Tick, { state }: Controller): void {
    if (!state.adopted) return;
    this.account(tick);
    const hour = Math.floor(tick.observation.wallMs / HOUR_MS);
    if (hour === this.lastHour) return;
    this.lastHour = hour;
    const roles = [...tick.decision.roles.values()].map(({ role, counts, demand, wanted }) => {
      const load = wanted.hungry ? "the rest" : `${describeReading(demand)} sessions want ${wanted.count ?? "?"}`;
      return `${role} ${counts.capacity} (${load})`;
    });
    this.tell(`-- ${roles.join(", ")}, ${state.operations.size} in operation`);
  }

  /** What the day brought, against the fixed split that would have carried its peak. */
  report(poolSize: number): string[] {
    const hours = (ms: number): string => (ms / HOUR_MS).toFixed(1);
    const lines = [
      `${hours(this.watchedMs)} hours, ${this.outcomes.done} machines re-tasked, ${this.outcomes.undone} called off, ${this.outcomes.quarantined} quarantined`,
    ];
    for (const [role, { servedMs, shortMs, most }] of this.accounts) {
      const short = shortMs > 0 ? `, ${hours(shortMs)} machine-hours short` : "";
      lines.push(`${role}: ${hours(servedMs)} machine-hours served, ${most} machines at the most${short}`);
    }
    const [measured, rest] = [...this.accounts];
    if (measured !== undefined && rest !== undefined) {
      const fixedMs = (poolSize - measured[1].most) * this.watchedMs;
      lines.push(
        `A fixed split with ${measured[1].most} ${measured[0]} machines, enough for the peak, would have given ${rest[0]} ${hours(fixedMs)} machine-hours instead of ${hours(rest[1].servedMs)}.`,
      );
    }
    return lines;
  }

  private account({ observation, decision }: Tick): void {
    const passedMs = this.lastMs === null ? 0 : observation.wallMs - this.lastMs;
    this.lastMs = observation.wallMs;
    this.watchedMs += passedMs;
    // Measured roles first: the report compares the rest with what the peak of the first would leave it.
    const roles = [...decision.roles.values()].sort((a, b) => Number(a.wanted.hungry) - Number(b.wanted.hungry));
    for (const { role, counts, wanted } of roles) {
      const account = this.accounts.get(role) ?? { servedMs: 0, shortMs: 0, most: 0 };
      account.servedMs += counts.capacity * passedMs;
      account.most = Math.max(account.most, counts.capacity);
      if (!wanted.hungry) account.shortMs += Math.max(0, (wanted.count ?? 0) - counts.capacity) * passedMs;
      this.accounts.set(role, account);
    }
  }

  /** Whatever else happens, with the time of the day. */
  tell(text: string): void {
    this.say(`${this.stamp()}  ${text}`);
  }

  private stamp(): string {
    const parts = {
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: this.timezone,
    } as const;
    return new Intl.DateTimeFormat("en-GB", parts).format(this.clock.wallMs()).replace(",", "");
  }
}
