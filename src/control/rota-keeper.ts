/** The rota that is published: planned when somebody asks, at most every few minutes, and never in a decision's way. */
import type { Logger } from "pino";
import { assignMachines } from "../core/decide/assignment.ts";
import { type ComingRota, comingRota } from "../core/decide/coming-rota.ts";
import type { Decision } from "../core/domain/decision.ts";
import type { Observation } from "../core/domain/observation.ts";
import type { PoolState } from "../core/domain/pool-state.ts";
import type { Site } from "../core/domain/site.ts";
import { scheduleFacts } from "../world/calendar/schedule-facts.ts";
import type { Calendar } from "../world/ports.ts";
import type { Forecasts } from "./forecasts.ts";

/** A tenth of a slot: nothing in a rota is worth more than that. */
const EVERY_MS = 180_000;

/** What of a controller the rota is made from. */
export interface RotaSources {
  readonly last: { readonly observation: Observation; readonly decision: Decision } | null;
  readonly state: PoolState;
  readonly forecasts: Forecasts;
  readonly world: { readonly calendar: Calendar };
  readonly configured: { readonly site: () => Site };
  readonly logger: Logger;
}

export class RotaKeeper {
  private rota: ComingRota | null = null;
  private of: Site["policies"] | null = null;
  /** Before it the pool has no machine that counts: that rota is wrong the moment after. */
  private adopted = false;

  /** Null before the first tick, and where it can't be planned: that is logged, and stops nothing else. */
  current(sources: RotaSources): ComingRota | null {
    const { last, logger } = sources;
    if (last === null) return null;
    const { policies } = sources.configured.site();
    const { adopted } = sources.state;
    // Whichever way the clock jumps, an old rota does not stay.
    const isYoung = this.rota !== null && Math.abs(last.observation.wallMs - this.rota.atMs) < EVERY_MS;
    if (isYoung && policies === this.of && adopted === this.adopted) return this.rota;
    this.of = policies;
    this.adopted = adopted;
    try {
      this.rota = plan(sources, last);
    } catch (error) {
      this.rota = null;
      logger.error({ err: error }, "rota: a bug, it is not published");
    }
    return this.rota;
  }
}

function plan(sources: RotaSources, { observation, decision }: NonNullable<RotaSources["last"]>): ComingRota {
  const { state, forecasts, world } = sources;
  const site = sources.configured.site();
  return comingRota({
    site,
    state,
    observation,
    decision,
    assignment: assignMachines(site, state, observation),
    ahead: (role) => forecasts.ahead(role),
    schedules: (atMs) => scheduleFacts(site, world.calendar, atMs),
  });
}
