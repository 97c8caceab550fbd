/** Healthy, or why not: the first line of `retask status`. */
import type { ConfigurationStatus } from "../control/configuration/keeper.ts";
import type { Controller, Tick } from "../control/controller.ts";
import type { StorageServerStatus } from "../control/storage-status.ts";
import type { Decision } from "../core/domain/decision.ts";
import { describeAct } from "../core/domain/describe-override.ts";
import type { MachineName } from "../core/domain/names.ts";
import { endsSoon, isInForce, type Override } from "../core/domain/override.ts";
import { describeReading } from "../core/domain/reading.ts";
import { describeDuration } from "../core/domain/units.ts";
import { stoppedByItself } from "../core/rollout/stopped-by-itself.ts";
import { standingsNow } from "./remembered.ts";
import { storageNow } from "./storage-view.ts";

export type Health = "starting" | "holding" | "degraded" | "healthy";

/** Before the first tick has ended. */
export const STARTING = "no tick has ended yet";

export function healthView(controller: Controller, configuration: ConfigurationStatus | null) {
  const { state, last } = controller;
  if (last === null) return { health: "starting" as Health, reasons: [STARTING] };
  const { held } = last.decision;
  const nowMs = controller.world.clock.wallMs();
  const reasons = [
    ...staleness(controller, last),
    ...held,
    ...configurationReasons(configuration),
    ...roleReasons(last.decision),
    ...machineReasons(controller),
    ...storageNow(controller).flatMap(storageReason),
    ...state.rollouts.map((rollout) => stoppedByItself(rollout, nowMs)).filter((reason) => reason !== null),
    ...overrideReasons(state.overrides, nowMs),
    ...controller.watchers.flatMap((watcher) => watcher.reasons?.() ?? []),
  ];
  return { health: healthOf(held, reasons), reasons };
}

function healthOf(held: readonly string[], reasons: readonly string[]): Health {
  if (held.length > 0) return "holding";
  return reasons.length > 0 ? "degraded" : "healthy";
}

/** So many ticks may be missed before all that is shown here is called old. */
const MISSED_TICKS = 6;

/** Whatever stops the loop, nobody must read an old answer as today's. */
function staleness({ world, configured }: Controller, { observation }: Tick): string[] {
  const ageMs = world.clock.wallMs() - observation.wallMs;
  if (ageMs <= MISSED_TICKS * configured.site().timing.tickMs) return [];
  return [
    `the last tick ended ${describeDuration(ageMs)} ago: the loop hangs or every tick fails; see the daemon's log`,
  ];
}

function configurationReasons(configuration: ConfigurationStatus | null): string[] {
  if (configuration === null) return [];
  const { problems, pending } = configuration;
  const wrong =
    problems.length === 0
      ? []
      : [`configuration files are rejected (${problems.length} problems), the accepted one stays in force`];
  return pending === null
    ? wrong
    : [...wrong, `a configuration waits for: retask accept ${pending.digest.slice(0, 12)}`];
}

const roleReasons = ({ roles }: Decision): string[] =>
  [...roles.values()].flatMap(({ role, demand, counts, floor }) => [
    ...(demand.kind === "unknown" ? [`${role}: demand ${describeReading(demand)}, holding`] : []),
    ...(counts.forFloor < floor ? [`${role}: ${counts.forFloor} healthy machines, the floor is ${floor}`] : []),
  ]);

/** A few by name; a whole rack would fill the screen, and each is named below with its own reason. */
const MOST_NAMES = 5;

function machineReasons(controller: Controller): string[] {
  const { machines } = controller.state;
  const named = (what: string, names: readonly MachineName[]): string[] => {
    const more = names.length - MOST_NAMES;
    if (names.length === 0) return [];
    return [`${what}: ${names.slice(0, MOST_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`];
  };
  return [
    ...named(
      "in quarantine",
      namesWhere(machines, ({ quarantine }) => quarantine !== null),
    ),
    ...named(
      "their BMC can't be used",
      namesWhere(machines, ({ unmanageable }) => unmanageable !== null),
    ),
    ...named(
      "unknown",
      namesWhere(standingsNow(controller), ({ kind }) => kind === "unknown"),
    ),
  ];
}

function namesWhere<T>(of: ReadonlyMap<MachineName, T>, is: (one: T) => boolean): MachineName[] {
  return [...of].flatMap(([name, one]) => (is(one) ? [name] : []));
}

/** What is well is no reason, and what one source says in passing neither. */
const storageReason = ({ name, state, next }: StorageServerStatus): string[] =>
  state === "well" || state === "suspect" ? [] : [`file server ${name}: ${STORAGE_WORDS[state]}; ${next}`];
const STORAGE_WORDS = {
  dead: "dead",
  failedOver: "failed over",
  recovered: "recovered",
  failingBack: "failing back",
} as const;

/** What ends soon, before it does; and what has no end, lest it be forgotten. */
const overrideReasons = (overrides: readonly Override[], nowMs: number): string[] =>
  overrides.flatMap((override) => {
    const { act, author, createdMs, expiresMs } = override;
    const what = `${describeAct(act)} by ${author}`;
    if (expiresMs === null) return [`${what} for ${describeDuration(nowMs - createdMs)}, until it is resumed`];
    const isTold = isInForce(override, nowMs) && endsSoon(override, nowMs);
    return isTold ? [`${what} ends in ${describeDuration(expiresMs - nowMs)}`] : [];
  });
