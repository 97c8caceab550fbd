/** The round of one tick: who asks, which machines are asked, and what these are doing. */
import type { Machine } from "../core/domain/fleet.ts";
import type { MachineName } from "../core/domain/names.ts";
import type { Operation } from "../core/domain/operation.ts";
import type { Site } from "../core/domain/site.ts";
import type { Controller } from "./controller.ts";
import type { Observer } from "./observer.ts";

export interface Round {
  readonly controller: Controller;
  readonly observer: Observer;
  readonly site: Site;
  readonly scope: "full" | "operations";
  readonly machines: readonly Machine[];
  readonly operations: ReadonlyMap<MachineName, Operation>;
  readonly signal: AbortSignal;
}
