/**
 * Brings messages to one receiver, again and again until it takes or refuses them. cockatiel does the trying: its delays
 * grow with decorrelated jitter, so that many senders never come back in step, and unlike p-retry's newest version it runs
 * on Node 20.
 */
import { ExponentialBackoff, handleWhenResult, type IBackoff, type IBackoffFactory, retry } from "cockatiel";
import type { Logger } from "pino";
import { describeDuration } from "../../core/domain/units.ts";
import type { Posted } from "../../world/ports.ts";
import type { NotificationMetrics } from "./notification-metrics.ts";
import type { Receiver } from "./receiver.ts";

export interface Patience {
  /** Before the second attempt, and the most before any later one, ms. */
  readonly firstMs: number;
  readonly longestMs: number;
}

export interface CourierParts {
  readonly metrics: NotificationMetrics;
  readonly logger: Logger;
  readonly monotonicMs: () => number;
  /** Fires when the daemon stops. */
  readonly stopping: AbortSignal;
}

interface Trouble {
  readonly why: string;
  readonly sinceMs: number;
}

export class Courier {
  readonly receiver: Receiver;
  private readonly parts: CourierParts;
  private readonly policy;
  private trouble: Trouble | null = null;

  constructor(receiver: Receiver, patience: Patience, parts: CourierParts) {
    this.receiver = receiver;
    this.parts = parts;
    parts.metrics.begin(receiver.name);
    this.policy = retry(
      handleWhenResult((result) => isPosted(result) && result.kind === "failed"),
      { maxAttempts: Number.POSITIVE_INFINITY, backoff: patientBackoff(patience) },
    ).dangerouslyUnref();
  }

  /** `body` is made anew for each attempt. Never throws; `null`: the daemon stops, and the message may have been sent or not. */
  async deliver(body: () => unknown): Promise<Posted | null> {
    const { stopping } = this.parts;
    const posted = await this.policy.execute(async (): Promise<Posted | null> => {
      if (stopping.aborted) return null;
      const result = await this.attempt(body());
      return stopping.aborted && result.kind === "failed" ? null : result;
    });
    return posted;
  }

  /** Why it takes nothing, for the status; `null`: it does. */
  whyNot(): string | null {
    if (this.trouble === null) return null;
    const { why, sinceMs } = this.trouble;
    const forMs = this.parts.monotonicMs() - sinceMs;
    return `notifications to ${this.receiver.name} have not been taken for ${describeDuration(forMs)}: ${why}`;
  }

  private async attempt(body: unknown): Promise<Posted> {
    const { stopping, metrics } = this.parts;
    const posted = await this.receiver.webhook.post(body, stopping);
    if (stopping.aborted) return posted;
    metrics.noteAttempt(this.receiver.name, posted.kind);
    this.note(posted);
    return posted;
  }

  /** A line when it begins to fail, when it fails in another way, and when it works again: not one for each attempt. */
  private note(posted: Posted): void {
    const { logger, monotonicMs } = this.parts;
    const { name } = this.receiver;
    if (posted.kind === "taken") {
      if (this.trouble !== null) logger.info({ receiver: name }, "notifications are taken again");
      this.trouble = null;
      return;
    }
    const { why } = posted;
    if (this.trouble?.why !== why) {
      const what = posted.kind === "refused" ? "a notification was refused, and is given up" : "a notification waits";
      logger.warn({ receiver: name, why }, what);
    }
    this.trouble = { why, sinceMs: this.trouble?.sinceMs ?? monotonicMs() };
  }
}

const isPosted = (result: unknown): result is Posted =>
  typeof result === "object" && result !== null && "kind" in result;

/** Exponential with jitter, and never sooner than the receiver asked for. */
function patientBackoff({ firstMs, longestMs }: Patience): IBackoffFactory<{ readonly result: unknown }> {
  const after = (inner: IBackoffFactory<unknown>) => ({
    next(context: { readonly result: unknown }): IBackoff<{ readonly result: unknown }> {
      const own = inner.next(context);
      return { duration: Math.max(own.duration, askedMs(context.result)), ...after(own) };
    },
  });
  return after(new ExponentialBackoff({ initialDelay: firstMs, maxDelay: longestMs }));
}

/** cockatiel hands on what failed as `{ value }`. */
function askedMs(result: unknown): number {
  if (typeof result !== "object" || result === null || !("value" in result)) return 0;
  const { value } = result;
  return isPosted(value) && value.kind === "failed" ? (value.retryAfterMs ?? 0) : 0;
}
