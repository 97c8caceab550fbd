/**
 * What a roll-out does outside of operations: at its end the role's channel is pointed at what the role runs, and when it is
 * turned back, so are the boot links of machines that did not come back. Both are links only, and safe to repeat.
 */
import type { Logger } from "pino";
import { isAdvising } from "../core/decide/mode.statechart.ts";
import { rolloutState } from "../core/rollout/rollout.statechart.ts";
import { channelToPoint, misledLinks, type RolloutPremises } from "../core/rollout/survey.ts";
import { serverLoad } from "../core/storage/machines.ts";
import { copyFor, storageView } from "../core/storage/storage-view.ts";
import type { Store } from "../store/store.ts";
import type { Changed, World } from "../world/ports.ts";
import { rememberPromotion } from "./channel-record.ts";

const DEADLINE_MS = 10_000;

interface Errand {
  readonly action: string;
  readonly why: string;
  readonly run: (signal: AbortSignal) => Promise<Changed>;
}

/** Started each tick, and waited for by none; whether it worked is for the next observation to tell. */
export class RolloutEffects {
  private readonly world: World;
  private readonly store: Store;
  private readonly logger: Logger;
  private readonly owner: string;
  private readonly under = new Set<string>();
  /** What each last failed with, so that the audit log has it once. */
  private readonly told = new Map<string, string>();

  constructor(options: { world: World; store: Store; logger: Logger; owner: string }) {
    this.world = options.world;
    this.store = options.store;
    this.logger = options.logger;
    this.owner = options.owner;
  }

  start(tick: RolloutPremises): void {
    if (isAdvising(tick.state.mode) || tick.observation.operator.stopped !== null) return;
    for (const errand of errandsOf(tick, this.world, this.store)) {
      if (this.under.has(errand.action)) continue;
      this.under.add(errand.action);
      const done = this.carryOut(errand).catch((error: unknown) => {
        this.logger.error({ action: errand.action, err: String(error) }, "roll-out: tried again with the next tick");
      });
      void done.finally(() => this.under.delete(errand.action));
    }
  }

  private async carryOut({ action, why, run }: Errand): Promise<void> {
    const signal = this.world.clock.deadline(DEADLINE_MS);
    const owned = await this.world.links.own(this.owner, signal);
    const done = owned.ok ? await run(signal) : owned;
    const refused = done.ok ? null : `${done.code}: ${done.why}`;
    const isNews = refused === null ? done.ok && done.changed : this.told.get(action) !== refused;
    if (refused === null) this.told.delete(action);
    else this.told.set(action, refused);
    if (!isNews) return;
    if (refused === null) this.logger.info({ why }, action);
    else this.logger.warn({ why, refused }, action);
    const atMs = this.world.clock.wallMs();
    const by = { who: "retask", from: "daemon", before: null, after: null };
    await this.store.audit({ ...by, atMs, action, why, refused });
  }
}

function errandsOf(tick: RolloutPremises, { links }: World, store: Store): Errand[] {
  return tick.state.rollouts.flatMap((rollout): Errand[] => {
    const state = rolloutState(rollout.chart);
    if (state !== "promoting" && state !== "rollingBack") return [];
    const move = channelToPoint(rollout, tick, state);
    const why = `roll-out of ${rollout.role} by ${rollout.author}: ${rollout.reason}`;
    const promote = move && {
      action: `promote ${move.image} to ${move.channel}`,
      why,
      run: async (signal: AbortSignal) => {
        const from = tick.observation.channels.get(move.channel) ?? null;
        await rememberPromotion(store, move.channel, from, move.image);
        return links.moveChannel(move.channel, move.image, signal);
      },
    };
    return [
      ...(promote === null ? [] : [promote]),
      ...(state === "rollingBack" ? linksBack(rollout, tick, links) : []),
    ];
  });
}

/** So that it boots the previous image when somebody switches it off and on. */
function linksBack(
  rollout: RolloutPremises["state"]["rollouts"][number],
  tick: RolloutPremises,
  links: World["links"],
): Errand[] {
  const { aim } = rollout;
  if (aim.kind !== "image") return [];
  const view = storageView(tick.site, tick.state, tick.observation);
  return misledLinks(rollout, tick).flatMap((name) => {
    const machine = tick.site.machines.get(name);
    if (machine === undefined) return [];
    const image = copyFor(machine, aim.previous, view, serverLoad(tick.state, view).machines);
    const action = `point ${name}'s boot link back at ${image}`;
    const why = `it did not come back with ${aim.image}`;
    return [{ action, why, run: (signal: AbortSignal) => links.point(machine, image, signal) }];
  });
}
