/** What the metrics tell of notifications: a receiver that takes nothing must be seen by somebody. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { Posted } from "../../world/ports.ts";

const RESULTS: readonly Posted["kind"][] = ["taken", "failed", "refused"];

export class NotificationMetrics {
  private readonly attempts: Counter<"receiver" | "result">;
  private readonly dropped: Counter<"receiver">;
  private readonly waiting: Gauge<"receiver">;
  private readonly failing: Gauge<"receiver">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.attempts = new Counter({
      name: "retask_notification_attempts_total",
      help: "Attempts to send a notification, by what the receiver made of it",
      labelNames: ["receiver", "result"],
      registers,
    });
    this.dropped = new Counter({
      name: "retask_notifications_dropped_total",
      help: "Notifications that were never sent, because too many waited",
      labelNames: ["receiver"],
      registers,
    });
    this.waiting = new Gauge({
      name: "retask_notifications_waiting",
      help: "Notifications that wait to be taken",
      labelNames: ["receiver"],
      registers,
    });
    this.failing = new Gauge({
      name: "retask_notifications_failing",
      help: "1 while the last attempt to send was not taken",
      labelNames: ["receiver"],
      registers,
    });
  }

  /** From 0, so that the first of each is a step that a rate sees. */
  begin(receiver: string): void {
    for (const result of RESULTS) this.attempts.inc({ receiver, result }, 0);
    this.dropped.inc({ receiver }, 0);
    this.waiting.set({ receiver }, 0);
    this.failing.set({ receiver }, 0);
  }

  noteAttempt(receiver: string, result: Posted["kind"]): void {
    this.attempts.inc({ receiver, result });
    this.failing.set({ receiver }, Number(result !== "taken"));
  }

  noteDropped(receiver: string): void {
    this.dropped.inc({ receiver });
  }

  noteWaiting(receiver: string, count: number): void {
    this.waiting.set({ receiver }, count);
  }
}
