/** Traffic of a role by the operator's own commands, for load balancers that retask does not know. */
import pLimit, { type LimitFunction } from "p-limit";
import type { Machine } from "../../core/domain/fleet.ts";
import type { MachineName, RoleName } from "../../core/domain/names.ts";
import type { TrafficFact } from "../../core/domain/observation.ts";
import type { TrafficPolicy } from "../../core/domain/policy.ts";
import type { Changed } from "../ports.ts";
import { printable } from "./printable-text.ts";
import { type HookEnd, runHook } from "./run-hook.ts";
import { failed, type TrafficState, type TrafficSystem } from "./traffic-system.ts";

export type HookPolicy = NonNullable<TrafficPolicy["hook"]>;

/** What each role's hook was last told of each machine, if that succeeded, and the one call at a time per machine. */
export interface HookMemory {
  readonly last: Map<string, TrafficState>;
  readonly callers: Map<string, LimitFunction>;
}

export const newHookMemory = (): HookMemory => ({ last: new Map(), callers: new Map() });

/**
 * A hook cannot be asked for its state, so the fact is what it was last told, in this process. Of a machine about which it
 * was told nothing yet it knows nothing: were that taken for `on`, a machine that comes into the role after a restart
 * would never be given its traffic, and one that leaves it never drained.
 */
export function hookTraffic(role: RoleName, policy: HookPolicy, memory: HookMemory): TrafficSystem {
  return {
    name: "hook",
    read: async (machines) =>
      new Map(
        machines.flatMap(({ name }): [MachineName, TrafficFact][] => {
          const last = memory.last.get(keyOf(role, name));
          if (last === undefined) return [];
          return [[name, last === "off" ? { kind: "off", busy: null } : { kind: "on", up: true }]];
        }),
      ),
    set: (machine, state, signal) => {
      const key = keyOf(role, machine.name);
      // A slow `off` must not end after the `on` that followed it.
      const caller = memory.callers.get(key) ?? pLimit(1);
      memory.callers.set(key, caller);
      return caller(() => callHook(role, policy, memory, machine, state, signal));
    },
  };
}

const keyOf = (role: RoleName, machine: MachineName): string => `${role}/${machine}`;

async function callHook(
  role: RoleName,
  policy: HookPolicy,
  memory: HookMemory,
  machine: Machine,
  state: TrafficState,
  signal: AbortSignal,
): Promise<Changed> {
  const argv = policy[state].map((word) => substitute(word, role, machine));
  const key = keyOf(role, machine.name);
  const before = memory.last.get(key);
  // A call that fails may still have had its effect; from its start on, nothing is known until one succeeds.
  memory.last.delete(key);
  const end = await runHook(argv, policy.deadline, signal);
  if (end.kind === "ended" && end.code === 0) {
    memory.last.set(key, state);
    return { ok: true, changed: before !== state };
  }
  return explain(end, policy, state, argv);
}

/** Values go in whole, into one argument, with no shell to read them; no value is searched for fields again. */
export function substitute(word: string, role: RoleName, machine: Machine): string {
  const values: Readonly<Record<string, string>> = { machine: machine.name, ip: machine.ip, role };
  return word.replaceAll(/\{(machine|ip|role)\}/g, (whole, key: string) => values[key] ?? whole);
}

function explain(end: HookEnd, policy: HookPolicy, state: TrafficState, argv: readonly string[]): Changed {
  const call = `the hook \`${printable(argv.join(" "))}\``;
  const said = "output" in end && end.output.trim() !== "" ? `; it said: ${printable(end.output)}` : "";
  const next = `retask takes the traffic as not ${state} and tries again`;
  switch (end.kind) {
    case "unstartable":
      return failed(
        "RTK_HOOK_MISSING",
        `${call} can't be started (${end.why}); ${next}; check that traffic.hook.${state} names a program that retask may run`,
      );
    case "late":
      return failed(
        "RTK_HOOK_TIMEOUT",
        `${call} did not end within its deadline (${policy.deadline} ms at most) and was killed with its children; ${next}; make it faster or raise traffic.hook.deadline${said}`,
      );
    case "killed":
      return failed("RTK_HOOK_FAILED", `${call} was killed by ${end.by}; ${next}; run it by hand to see why${said}`);
    case "ended":
      return failed("RTK_HOOK_FAILED", `${call} exited ${end.code}; ${next}; run it by hand to see why${said}`);
  }
}
