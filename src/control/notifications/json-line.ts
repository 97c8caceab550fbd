/** A receiver with form json: each message once, in order, from an outbox that survives restarts and never grows too big. */
import type { Notification } from "../../core/notify/follow-conditions.ts";
import type { Courier } from "./courier.ts";
import { jsonBody } from "./json-form.ts";
import type { Sender } from "./sender.ts";

/** A receiver that is dead for a week may lose the oldest; one that comes back is not flooded for an hour. */
const MOST_WAITING = 200;

export interface JsonLineParts {
  readonly courier: Courier;
  readonly sender: Sender;
  /** What waited when the last process ended. */
  readonly waiting: readonly Notification[];
  /** Called when something left the outbox, so that it is not sent again after a restart. */
  readonly changed: () => void;
  /** Called with each message that has no room any more. */
  readonly dropped: (notification: Notification) => void;
}

export class JsonLine {
  readonly courier: Courier;
  private readonly parts: JsonLineParts;
  private outbox: readonly Notification[];
  private busy = false;

  constructor(parts: JsonLineParts) {
    this.parts = parts;
    this.courier = parts.courier;
    this.outbox = parts.waiting;
  }

  get id(): string {
    return this.courier.receiver.id;
  }

  waiting(): readonly Notification[] {
    return this.outbox;
  }

  add(notifications: readonly Notification[]): void {
    const { on } = this.courier.receiver;
    const all = [...this.outbox, ...notifications.filter(({ kind }) => on.has(kind))];
    for (const notification of all.slice(0, -MOST_WAITING)) this.parts.dropped(notification);
    this.outbox = all.slice(-MOST_WAITING);
  }

  /** Sends what waits, one after another; returns once nothing does, or the daemon stops. Safe to call at any time. */
  async send(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      while (await this.sendOldest());
    } finally {
      this.busy = false;
    }
  }

  /** Whether there may be more to send. */
  private async sendOldest(): Promise<boolean> {
    const { sender, changed } = this.parts;
    const [oldest] = this.outbox;
    if (oldest === undefined) return false;
    const posted = await this.courier.deliver(() => jsonBody(oldest, sender));
    if (posted === null) return false;
    this.outbox = this.outbox.filter(({ id }) => id !== oldest.id);
    changed();
    return true;
  }
}
