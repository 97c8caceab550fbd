/** The controller: everything that one retask process holds, and the lock that keeps ticks and operators apart. */
import pLimit from "p-limit";
import type { Logger } from "pino";
import type { Decision } from "../core/domain/decision.ts";
import type { RoleName } from "../core/domain/names.ts";
import type { EffectKind, Observation } from "../core/domain/observation.ts";
import type { FinishedOperation, Operation } from "../core/domain/operation.ts";
import type { Plan, PlannedMove } from "../core/domain/plan.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Site } from "../core/domain/site.ts";
import type { Forecast } from "../core/forecast/forecast.ts";
import type { PoolEvent } from "../core/operate/events.ts";
import type { Store } from "../store/store.ts";
import type { World } from "../world/ports.ts";
import { EffectLog, type EffectOutcome } from "./effect-log.ts";
import { Forecasts } from "./forecasts.ts";
import { Observer } from "./observer.ts";
import { loadPoolState } from "./pool-state.ts";
import { TrafficReconciler } from "./reconcile-traffic.ts";
import { RolloutEffects } from "./rollout-effects.ts";
import { RotaKeeper } from "./rota-keeper.ts";

/** What the last tick saw and concluded; the API shows nothing else. */
export interface Tick {
  readonly observation: Observation;
  readonly decision: Decision;
  readonly plan: Plan;
  readonly forecasts: ReadonlyMap<RoleName, Forecast>;
  readonly tookMs: number;
}

/** The configuration in force. It may change between two ticks, never within one. */
export interface Configured {
  readonly site: () => Site;
  readonly mode: () => "advise" | "auto";
}

export interface ControllerOptions {
  readonly world: World;
  readonly store: Store;
  readonly configured: Configured;
  readonly logger: Logger;
  /** Names this controller in the owner file beside the boot links. */
  readonly owner: string;
  /** Nothing is started and nothing is written: the actuators refuse by themselves as well (S13). */
  readonly dryRun: boolean;
  /** Why retask was stopped by its flag file, or null. */
  readonly stopped: () => string | null;
  readonly watchers?: readonly Watcher[];
}

/** Who wants to hear of what happens: metrics, the event stream, the demo's lines. Never part of a decision. */
export interface Watcher {
  onTick?(tick: Tick, controller: Controller): void;
  onEvents?(events: readonly PoolEvent[]): void;
  onBegin?(moves: readonly PlannedMove[]): void;
  onEffect?(operation: Operation, effect: EffectKind, outcome: EffectOutcome): void;
  onFinished?(finished: FinishedOperation): void;
  /** What is wrong with the watcher itself, as lines for the status. */
  reasons?(): readonly string[];
  /** An operator changed something, between two ticks. */
  onChange?(controller: Controller): void;
}

export class Controller {
  readonly world: World;
  readonly store: Store;
  readonly configured: Configured;
  readonly logger: Logger;
  readonly dryRun: boolean;
  readonly owner: string;
  readonly stopped: () => string | null;
  watchers: readonly Watcher[];
  readonly effects: EffectLog;
  readonly observer: Observer;
  readonly traffic: TrafficReconciler;
  readonly rolloutEffects: RolloutEffects;
  readonly forecasts: Forecasts;
  readonly rota = new RotaKeeper();
  state: PoolState;
  last: Tick | null = null;
  /** Since the start; a metric and the watchdog read it. */
  failedTicks = 0;
  /** Set by whoever runs the loop; called when something happened that should not wait for the next tick. */
  wake: () => void = () => {};
  private readonly lock = pLimit(1);

  private constructor(options: ControllerOptions, state: PoolState, effects: EffectLog) {
    this.world = options.world;
    this.store = options.store;
    this.configured = options.configured;
    this.logger = options.logger;
    this.owner = options.owner;
    this.dryRun = options.dryRun;
    this.stopped = options.stopped;
    this.watchers = options.watchers ?? [];
    this.effects = effects;
    this.traffic = new TrafficReconciler(options.world, options.logger);
    this.rolloutEffects = new RolloutEffects(options);
    this.forecasts = new Forecasts({ store: options.store, pastLoad: options.world.pastLoad }, options.logger);
    this.observer = new Observer(options.world, options.store, () => this.wake());
    this.state = state;
  }

  /** Loads what an earlier process left; intents without a result come back as `lost`, to be judged by observation. */
  static async start(options: ControllerOptions): Promise<Controller> {
    const state = await loadPoolState(options.store, options.logger);
    const effects = new EffectLog(options.store, options.world.clock, await options.store.openIntents());
    return new Controller(options, state, effects);
  }

  /** Until the answer is called. */
  watch(watcher: Watcher): () => void {
    this.watchers = [...this.watchers, watcher];
    return () => {
      this.watchers = this.watchers.filter((one) => one !== watcher);
    };
  }

  /** Runs alone: no tick concludes and no operator changes anything meanwhile. */
  exclusively<T>(change: () => Promise<T>): Promise<T> {
    return this.lock(change);
  }
}
