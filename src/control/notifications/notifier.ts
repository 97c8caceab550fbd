/**
 * Tells people what they asked to be told of (`notify` of retask.yaml). It watches ticks and decides nothing; what it sends
 * is kept in the store first, and no tick ever waits for a receiver.
 */
import type { Logger } from "pino";
import { conditionsNow, type WaitingConfiguration } from "../../core/notify/conditions-now.ts";
import { type Followed, followConditions, followFrom } from "../../core/notify/follow-conditions.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../world/ports.ts";
import type { Controller, Tick, Watcher } from "../controller.ts";
import { RESEND_MS } from "./alertmanager-form.ts";
import { AlertmanagerLine } from "./alertmanager-line.ts";
import { Courier } from "./courier.ts";
import { JsonLine } from "./json-line.ts";
import { MEMORY_KEY, type Memory, readMemory } from "./memory.ts";
import type { NotificationMetrics } from "./notification-metrics.ts";
import type { Receiver } from "./receiver.ts";
import type { Sender } from "./sender.ts";

export interface NotifierOptions {
  readonly receivers: readonly Receiver[];
  readonly store: Pick<Store, "setting" | "saveSetting">;
  readonly logger: Logger;
  readonly metrics: NotificationMetrics;
  readonly clock: Pick<Clock, "wallMs" | "monotonicMs">;
  readonly sender: Sender;
  /** The configuration that waits for `retask accept`, if one does. */
  readonly waiting: () => WaitingConfiguration | null;
  readonly pace?: Pace;
}

export interface Pace {
  /** From a first failure to the second attempt. */
  readonly firstDelayMs: number;
  /** From telling an Alertmanager how things stand to telling it again. */
  readonly resendMs: number;
}

/** While machines are in operation there is a tick each second; nobody needs to be told as fast as that. */
const LOOK_MS = 5_000;
const USUAL_PACE: Pace = { firstDelayMs: 5_000, resendMs: RESEND_MS };
const LONGEST_DELAY_MS = 300_000;

export class Notifier implements Watcher {
  private readonly options: NotifierOptions;
  private readonly stopping = new AbortController();
  private readonly couriers: readonly Courier[];
  private readonly jsonLines: readonly JsonLine[];
  private readonly alertmanagerLines: readonly AlertmanagerLine[];
  private readonly resending: NodeJS.Timeout;
  private followed: Followed;
  /** Watched ms since the last look; enough at the start, so that the first tick is looked at. */
  private unfollowedMs = LOOK_MS;
  private saving: Promise<void> = Promise.resolve();
  private unsaved: string | null = null;

  private constructor(options: NotifierOptions, memory: Memory) {
    this.options = options;
    this.followed = followFrom(memory.told, memory.over);
    const { receivers, sender, clock, logger, metrics, pace = USUAL_PACE } = options;
    const parts = { metrics, logger, monotonicMs: () => clock.monotonicMs(), stopping: this.stopping.signal };
    const courierTo = (receiver: Receiver, longestMs: number) =>
      new Courier(receiver, { firstMs: pace.firstDelayMs, longestMs }, parts);
    this.jsonLines = receivers
      .filter(({ form }) => form === "json")
      .map((receiver) => this.jsonLine(courierTo(receiver, LONGEST_DELAY_MS), memory));
    this.alertmanagerLines = receivers
      .filter(({ form }) => form === "alertmanager")
      .map((receiver) => {
        const courier = courierTo(receiver, RESEND_MS);
        const followed = () => this.followed;
        return new AlertmanagerLine({ courier, sender, followed, wallMs: () => clock.wallMs() });
      });
    this.couriers = [...this.jsonLines, ...this.alertmanagerLines].map(({ courier }) => courier);
    this.resending = setInterval(() => this.sendAlerts(), pace.resendMs);
    this.resending.unref();
    this.noteWaiting();
  }

  /** What waited when the last process ended is sent at once. `null`: nobody is to be told. */
  static async start(options: NotifierOptions): Promise<Notifier | null> {
    if (options.receivers.length === 0) return null;
    const memory = readMemory(await options.store.setting(MEMORY_KEY));
    const notifier = new Notifier(options, memory ?? { told: [], over: [], outboxes: new Map() });
    notifier.send();
    return notifier;
  }

  /** A bug in here must never be the end of a tick. */
  onTick(tick: Tick, controller: Controller): void {
    this.unfollowedMs += tick.observation.deltaMs;
    if (this.unfollowedMs < LOOK_MS) return;
    try {
      this.follow(tick, controller);
    } catch (error) {
      this.options.logger.error({ err: error }, "notifications: a bug, nobody is told of this tick");
    }
  }

  reasons(): readonly string[] {
    return this.couriers.flatMap((courier) => courier.whyNot() ?? []);
  }

  /** What is not taken yet stays in the store, for the next start. */
  async stop(): Promise<void> {
    clearInterval(this.resending);
    this.stopping.abort();
    await this.saving;
  }

  private follow({ observation, decision }: Tick, { state, configured }: Controller): void {
    const premises = { site: configured.site(), state, observation, decision, waiting: this.options.waiting() };
    const passed = { nowMs: observation.wallMs, deltaMs: this.unfollowedMs };
    this.unfollowedMs = 0;
    const { followed, notifications } = followConditions(this.followed, conditionsNow(premises), passed);
    const forgotten = followed.over.length < this.followed.over.length;
    this.followed = followed;
    if (notifications.length === 0 && !forgotten) return;
    for (const line of this.jsonLines) line.add(notifications);
    this.save();
    this.send();
  }

  private jsonLine(courier: Courier, memory: Memory): JsonLine {
    const { sender, metrics, logger } = this.options;
    const { name, id } = courier.receiver;
    return new JsonLine({
      courier,
      sender,
      waiting: memory.outboxes.get(id) ?? [],
      changed: () => this.save(),
      dropped: (notification) => {
        metrics.noteDropped(name);
        logger.warn(
          { receiver: name, notification: notification.id },
          "too many notifications wait: the oldest is dropped",
        );
      },
    });
  }

  /** Only what is stored is sent: a crash in between may send it again, with the same id, and never forgets it. */
  private send(): void {
    void this.saving.then(() => {
      for (const line of this.jsonLines) this.watch(line.send());
      this.sendAlerts();
    });
  }

  private sendAlerts(): void {
    for (const line of this.alertmanagerLines) this.watch(line.send());
  }

  private watch(sending: Promise<void>): void {
    sending.catch((error: unknown) =>
      this.options.logger.error({ err: error }, "notifications: a bug, some are not sent"),
    );
  }

  private save(): void {
    this.noteWaiting();
    this.saving = this.saving.then(() => this.store());
  }

  private async store(): Promise<void> {
    const { told, over } = this.followed;
    const outboxes = new Map(this.jsonLines.map((line) => [line.id, line.waiting()]));
    try {
      await this.options.store.saveSetting(MEMORY_KEY, { told: [...told.values()], over, outboxes });
      this.unsaved = null;
    } catch (error) {
      const why = String(error);
      if (this.unsaved !== why) {
        this.options.logger.warn({ why }, "notifications can't be stored; a restart may tell some of them again");
      }
      this.unsaved = why;
    }
  }

  private noteWaiting(): void {
    for (const line of this.jsonLines)
      this.options.metrics.noteWaiting(line.courier.receiver.name, line.waiting().length);
  }
}
