/** Two entries of fleet.yaml change their hardware; names, addresses, roles and pinned images stay where they are. */
import { FLEET_FILE } from "../../control/configuration/parse-configuration.ts";
import { type Edited, type EntryChanges, setKeysOf } from "./edit-fleet.ts";
import { parseOnce } from "./parse-once.ts";
import type { WrittenEntry } from "./render-entry.ts";

export interface Exchange {
  readonly machine: string;
  readonly spare: string;
  /** The spare's entry then holds dead hardware, and is `retired`; or, where that is undone, it is active again. */
  readonly spareIs: "retired" | "active";
}

export function exchangeHardware(text: string, { machine, spare, spareIs }: Exchange): Edited {
  const entries = writtenEntries(text);
  const [one, other] = [entries.get(machine), entries.get(spare)];
  if (one === undefined) return { ok: false, why: `it has no machine ${machine}` };
  if (other === undefined) return { ok: false, why: `it has no machine ${spare}` };
  const status = spareIs === "retired" ? "retired" : null;
  return setKeysOf(text, { [machine]: hardwareOf(other, one), [spare]: { ...hardwareOf(one, other), status } });
}

/** As written, defaults not filled in. */
function writtenEntries(text: string): ReadonlyMap<string, WrittenEntry> {
  const parsed = parseOnce(FLEET_FILE, text);
  const { machines = [] } = (parsed.ok ? parsed.yaml.value : {}) as { machines?: readonly WrittenEntry[] | null };
  return new Map((machines ?? []).map((entry) => [entry.name, entry]));
}

/** The metal of one, for the entry of the other; where the file systems live goes by the name. */
function hardwareOf(from: WrittenEntry, to: WrittenEntry): EntryChanges {
  const { storage: _, ...places } = from.domains ?? {};
  const { storage } = to.domains ?? {};
  const domains = { ...places, ...(storage !== undefined && { storage }) };
  return {
    mac: from.mac,
    bmc: from.bmc,
    domains: Object.keys(domains).length === 0 ? null : domains,
    capacity: from.capacity ?? null,
    loader: from.loader ?? null,
  };
}
