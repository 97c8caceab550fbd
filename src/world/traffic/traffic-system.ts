/** What each kind of traffic system (HAProxy, distcc hosts file, hook) does for one role. */
import type { Machine } from "../../core/domain/fleet.ts";
import type { MachineName } from "../../core/domain/names.ts";
import type { TrafficFact } from "../../core/domain/observation.ts";
import type { Changed } from "../ports.ts";

export type TrafficState = "off" | "on";

export interface TrafficSystem {
  /** As reasons and logs name it: `haproxy`, `distcc`, `hook`. */
  readonly name: string;
  /** One fact for each machine; none for a machine of which this system cannot know anything. */
  read(machines: readonly Machine[], signal: AbortSignal): Promise<ReadonlyMap<MachineName, TrafficFact>>;
  /** Safe to repeat. */
  set(machine: Machine, state: TrafficState, signal: AbortSignal): Promise<Changed>;
}

export type Failed = Extract<Changed, { ok: false }>;

export const failed = (code: string, why: string): Failed => ({ ok: false, code, why });
