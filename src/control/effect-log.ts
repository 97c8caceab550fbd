/** The effects of operations: journaled before they begin, settled after they end, and known to every tick between. */

import type { OperationId } from "../core/domain/names.ts";
import type { EffectFact, EffectKind } from "../core/domain/observation.ts";
import type { Operation } from "../core/domain/operation.ts";
import type { Intent, Store } from "../store/store.ts";
import type { Clock } from "../world/ports.ts";

export interface EffectOutcome {
  readonly ok: boolean;
  readonly code: string | null;
  readonly detail: string | null;
}

interface Entry {
  readonly effect: EffectKind;
  readonly attempts: number;
  readonly sinceMs: number;
  readonly state: EffectFact["state"];
  readonly outcome: EffectOutcome | null;
}

export class EffectLog {
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly entries = new Map<OperationId, Map<EffectKind, Entry>>();
  private readonly running = new Set<Promise<void>>();

  constructor(store: Store, clock: Clock, open: readonly Intent[]) {
    this.store = store;
    this.clock = clock;
    // An age that a dead process measured means nothing here: count from now, so that settle times are waited out anew.
    for (const intent of open) {
      const { result } = intent;
      const state = result === null ? "lost" : result.ok ? "succeeded" : "failed";
      this.set(intent.operation, intent.effect, intent.attempt, state, result);
    }
  }

  facts(): ReadonlyMap<OperationId, readonly EffectFact[]> {
    const now = this.clock.monotonicMs();
    const facts = new Map<OperationId, readonly EffectFact[]>();
    for (const [operation, entries] of this.entries) {
      facts.set(
        operation,
        [...entries.values()].map(({ effect, attempts, sinceMs, state, outcome }) => ({
          effect,
          state,
          attempts,
          ageMs: now - sinceMs,
          code: outcome?.code ?? null,
          detail: outcome?.detail ?? null,
        })),
      );
    }
    return facts;
  }

  /**
   * Writes and flushes the intent, then starts the effect and does not wait for it. Throws when the intent can't be made
   * durable, and then nothing was started (S7).
   */
  async start(operation: Operation, effect: EffectKind, run: () => Promise<EffectOutcome>): Promise<void> {
    const attempt = (this.entries.get(operation.id)?.get(effect)?.attempts ?? 0) + 1;
    const id = await this.store.beginIntent({
      operation: operation.id,
      machine: operation.machine,
      effect,
      attempt,
      atMs: this.clock.wallMs(),
    });
    this.set(operation.id, effect, attempt, "running", null);
    const settled = this.settle(id, operation.id, effect, attempt, run);
    this.running.add(settled);
    void settled.finally(() => this.running.delete(settled));
  }

  private async settle(
    id: number,
    operation: OperationId,
    effect: EffectKind,
    attempt: number,
    run: () => Promise<EffectOutcome>,
  ): Promise<void> {
    const outcome = await run().catch((error: unknown) => ({ ok: false, code: "RTK_BUG", detail: String(error) }));
    // An undo may end the operation while its preflight still runs; nothing is kept of what has ended.
    const isKnown = this.entries.has(operation);
    if (isKnown) this.set(operation, effect, attempt, outcome.ok ? "succeeded" : "failed", outcome);
    // Without its result the intent reads as lost after a crash, which is safe: it is then judged by observation.
    await this.store.settleIntent(id, { ...outcome, atMs: this.clock.wallMs() }).catch(() => {});
  }

  forget(operation: OperationId): void {
    this.entries.delete(operation);
  }

  /** Resolves when no effect is running; for an orderly end. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private set(
    operation: OperationId,
    effect: EffectKind,
    attempts: number,
    state: EffectFact["state"],
    outcome: EffectOutcome | null,
  ): void {
    const entries = this.entries.get(operation) ?? new Map<EffectKind, Entry>();
    entries.set(effect, { effect, attempts, sinceMs: this.clock.monotonicMs(), state, outcome });
    this.entries.set(operation, entries);
  }
}
