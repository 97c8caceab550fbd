/** When each token was last used: remembered to the minute, so that no request waits for the disk. */
import type { Logger } from "pino";
import { z } from "zod";
import type { Store } from "../store/store.ts";

const SETTING = "token-uses";
/** A use this soon after the last recorded one is the same use. */
const PRECISION_MS = 60_000;
const shape = z.record(z.string(), z.number()).catch({});

export class TokenUses {
  private readonly store: Store;
  private readonly logger: Logger;
  private known: Promise<Map<string, number>> | null = null;

  constructor(store: Store, logger: Logger) {
    this.store = store;
    this.logger = logger;
  }

  /** Never fails: to know when a token was used is worth no refused request. */
  note(name: string, wallMs: number): void {
    void this.record(name, wallMs).catch((error: unknown) => {
      this.logger.warn({ why: String(error) }, "the use of a token can't be recorded");
    });
  }

  private async record(name: string, wallMs: number): Promise<void> {
    const uses = await this.all();
    if (Math.abs(wallMs - (uses.get(name) ?? Number.NEGATIVE_INFINITY)) < PRECISION_MS) return;
    uses.set(name, wallMs);
    await this.store.saveSetting(SETTING, Object.fromEntries(uses));
  }

  /** Wall-clock ms of the last use, by token. */
  all(): Promise<Map<string, number>> {
    this.known ??= this.store.setting(SETTING).then((stored) => new Map(Object.entries(shape.parse(stored))));
    return this.known;
  }

  /** A later token of this name has not been used by its namesake. */
  async forget(name: string): Promise<void> {
    const uses = await this.all();
    uses.delete(name);
    await this.store.saveSetting(SETTING, Object.fromEntries(uses));
  }
}
