/** A receiver with form alertmanager: it is told every minute how things stand, so that nothing has to wait in an outbox. */
import type { Followed } from "../../core/notify/follow-conditions.ts";
import { alertsOf } from "./alertmanager-form.ts";
import type { Courier } from "./courier.ts";
import type { Sender } from "./sender.ts";

export interface AlertmanagerLineParts {
  readonly courier: Courier;
  readonly sender: Sender;
  readonly followed: () => Followed;
  readonly wallMs: () => number;
}

export class AlertmanagerLine {
  readonly courier: Courier;
  private readonly parts: AlertmanagerLineParts;
  private busy = false;
  private again = false;

  constructor(parts: AlertmanagerLineParts) {
    this.parts = parts;
    this.courier = parts.courier;
  }

  /** Sends how things stand, unless there is nothing to say. What changes meanwhile is sent after that. */
  async send(): Promise<void> {
    this.again = true;
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.again) {
        this.again = false;
        if (this.alerts().length > 0) await this.courier.deliver(() => this.alerts());
      }
    } finally {
      this.busy = false;
    }
  }

  private alerts() {
    const { sender, followed, wallMs } = this.parts;
    return alertsOf(followed(), this.courier.receiver.on, sender, wallMs());
  }
}
