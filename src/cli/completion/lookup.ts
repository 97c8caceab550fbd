/** The names that the daemon knows, for whoever types one: quickly or not at all, and never a word of what went wrong. */

import type { ConfigurationStatus } from "../../control/configuration/keeper.ts";
import { SPARE } from "../../core/domain/names.ts";
import type { Plan } from "../../core/domain/plan.ts";
import { isTicking, type MachinesAnswer, type StatusAnswer } from "../answers.ts";
import { ask } from "../daemon-client.ts";
import type { DaemonPlace } from "../find-daemon.ts";
import type { NameKind } from "./candidates.ts";

/** Whoever presses the key waits for it. */
const DEADLINE_MS = 600;

export function lookUp(place: DaemonPlace, kind: NameKind): Promise<readonly string[]> {
  return namesOf(kind, async <T>(path: string): Promise<T | null> => {
    const answer = await ask(place, { method: "GET", path, deadlineMs: DEADLINE_MS });
    return answer.ok ? (answer.value as T) : null;
  });
}

type Get = <T>(path: string) => Promise<T | null>;

async function namesOf(kind: NameKind, get: Get): Promise<readonly string[]> {
  switch (kind) {
    case "machine":
      return machinesOf(await get<MachinesAnswer>("/v1/machines"));
    case "role":
      return rolesOf(await get<StatusAnswer>("/v1/status"));
    case "placement":
      return [...rolesOf(await get<StatusAnswer>("/v1/status")), SPARE];
    case "roleOrMachine": {
      const [status, machines] = await Promise.all([
        get<StatusAnswer>("/v1/status"),
        get<MachinesAnswer>("/v1/machines"),
      ]);
      return [...rolesOf(status), ...machinesOf(machines)];
    }
    case "plan": {
      const plan = await get<Plan>("/v1/plan");
      return plan === null ? [] : [plan.id];
    }
    case "digest": {
      const configuration = await get<ConfigurationStatus | null>("/v1/configuration");
      return configuration?.pending == null ? [] : [configuration.pending.digest.slice(0, 12)];
    }
  }
}

const machinesOf = (answer: MachinesAnswer | null): readonly string[] =>
  (answer?.machines ?? []).map(({ name }) => name);

const rolesOf = (status: StatusAnswer | null): readonly string[] =>
  status !== null && isTicking(status) ? status.roles.map(({ role }) => role) : [];
