/** One change by an operator: checked, audited and stored before it is answered; what is refused is audited too (S12). */
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Controller } from "./controller.ts";

/** Who asks, and from where: `http 127.0.0.1 token first`, `cli`. */
export interface Asker {
  readonly author: string;
  readonly from: string;
  /** Why what the asker saw is no longer so, or null; asked under the lock, before anything is changed. */
  readonly outdated?: () => string | null;
}

export type Refused = { readonly ok: false; readonly code: ActionCode; readonly why: string };
export type ActionResult<T> = { readonly ok: true; readonly value: T } | Refused;

/** The state that a change makes of another, not in force yet. */
export type Applied<T> = ActionResult<{ readonly state: PoolState; readonly value: T }>;

export type ActionCode =
  | "RTK_UNKNOWN_MACHINE"
  | "RTK_UNKNOWN_ROLE"
  | "RTK_NOT_ELIGIBLE"
  | "RTK_BAD_EXPIRY"
  | "RTK_BAD_COUNT"
  | "RTK_BELOW_FLOOR"
  | "RTK_UNKNOWN_OVERRIDE"
  | "RTK_NOT_QUARANTINED"
  | "RTK_STILL_SICK"
  | "RTK_NOTHING_TO_ADOPT"
  | "RTK_ADOPTION_CHANGED"
  | "RTK_NOT_OBSERVED"
  | "RTK_STALE"
  | "RTK_STOPPED"
  | "RTK_NOT_ADOPTED"
  | "RTK_ADOPTED"
  | "RTK_NOT_RETIRED"
  | "RTK_LINK_KEPT"
  | "RTK_NOT_REPLACEABLE"
  | "RTK_NOT_PROVEN_OFF"
  | "RTK_NOT_EXCHANGED"
  | "RTK_WRONG_HARDWARE"
  | "RTK_NOT_ADVISING"
  | "RTK_PAUSED"
  | "RTK_BREAKER_OPEN"
  | "RTK_HELD"
  | "RTK_PLAN_MOVED"
  | "RTK_UNCONFIRMED"
  | "RTK_UNKNOWN_STORAGE"
  | "RTK_STORAGE_STATE"
  | "RTK_STORAGE_UNFIT"
  | "RTK_UNKNOWN_IMAGE"
  | "RTK_CHANNEL_FILE"
  | "RTK_NO_ROLLOUT"
  | "RTK_ROLLOUT_STATE"
  | "RTK_ROLLOUT_UNDER_WAY"
  | "RTK_NOTHING_TO_ROLL_OUT"
  | "RTK_CHANGED"
  | "RTK_DRY_RUN";

export interface Change<T> {
  readonly action: string;
  readonly why: string;
  readonly apply: (state: PoolState) => Applied<T>;
  /** What the audit log keeps of the state before and after. */
  readonly show: (state: PoolState) => unknown;
}

/** Throws when the record can't be written; then nothing was changed. */
export function changeState<T>(controller: Controller, asker: Asker, request: Change<T>): Promise<ActionResult<T>> {
  return controller.exclusively(async () => {
    const { store, world } = controller;
    const before = controller.state;
    const result: Applied<T> = refusalOf(controller, asker) ?? request.apply(before);
    const after = result.ok ? result.value.state : before;
    // First: a change that nobody can account for must not be.
    await audit(controller, asker, {
      action: request.action,
      why: request.why,
      before: request.show(before),
      after: request.show(after),
      refused: result.ok ? null : `${result.code}: ${result.why}`,
    });
    if (!result.ok) return result;
    const atMs = world.clock.wallMs();
    await store.saveTick({ state: after, finished: [], decision: null, demand: new Map(), atMs });
    controller.state = after;
    controller.logger.info({ who: asker.author, from: asker.from, why: request.why }, request.action);
    for (const watcher of controller.watchers) watcher.onChange?.(controller);
    controller.wake();
    return { ok: true, value: result.value.value };
  });
}

/** What refuses every change alike, before anybody asks what it is about. */
function refusalOf(controller: Controller, asker: Asker): Refused | null {
  if (controller.dryRun) return { ok: false, code: "RTK_DRY_RUN", why: "a dry run changes nothing" };
  const outdated = asker.outdated?.() ?? null;
  return outdated === null ? null : { ok: false, code: "RTK_CHANGED", why: outdated };
}

export interface Audited {
  readonly action: string;
  readonly why: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly refused: string | null;
}

/** One line of the audit log. */
export const audit = ({ store, world }: Controller, { author, from }: Asker, entry: Audited): Promise<void> =>
  store.audit({ atMs: world.clock.wallMs(), who: author, from, ...entry });
