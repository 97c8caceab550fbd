/**
 * What was expected half an hour before, kept so that the timeline can show it against what came. In memory, as it is for
 * looking at alone: after a restart the band begins anew.
 */
import type { Tick, Watcher } from "../control/controller.ts";
import type { RoleName } from "../core/domain/names.ts";
import { quantile } from "../core/forecast/forecast.ts";

/** Demand that is not exceeded with 5, 50 and 95 %, in the role's own unit. */
export interface Expected {
  readonly atMs: number;
  readonly q05: number;
  readonly q50: number;
  readonly q95: number;
}

const AHEAD_MINUTES = 30;
const AHEAD_MS = AHEAD_MINUTES * 60_000;
const EVERY_MS = 300_000;
/** A week of them. */
const MOST = 2_016;

export class ForecastTrail implements Watcher {
  private readonly kept = new Map<RoleName, Expected[]>();
  private nextMs = Number.NEGATIVE_INFINITY;

  onTick({ observation: { wallMs }, forecasts }: Tick): void {
    // A clock that was set back would otherwise stop it until that time has come again.
    if (wallMs < this.nextMs && wallMs > this.nextMs - 2 * EVERY_MS) return;
    this.nextMs = wallMs + EVERY_MS;
    for (const [role, forecast] of forecasts) {
      const at = (p: number): number => quantile(forecast, AHEAD_MINUTES, p);
      const trail = this.kept.get(role) ?? [];
      trail.push({ atMs: wallMs + AHEAD_MS, q05: at(0.05), q50: at(0.5), q95: at(0.95) });
      if (trail.length > MOST) trail.shift();
      this.kept.set(role, trail);
    }
  }

  /** Oldest first; the last ones lie ahead. */
  of(role: RoleName): readonly Expected[] {
    return this.kept.get(role) ?? [];
  }
}
