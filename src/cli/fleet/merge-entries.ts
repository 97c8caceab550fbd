/** Entries from elsewhere beside those of fleet.yaml: new, there already, or at odds with what is there. */
import { isDeepStrictEqual } from "node:util";
import { FLEET_FILE } from "../../control/configuration/parse-configuration.ts";
import { fleetFileSchema, machineEntrySchema } from "../../core/domain/fleet.ts";
import { parseOnce } from "./parse-once.ts";
import type { EntryKey, WrittenEntry } from "./render-entry.ts";

export type Standing =
  | { readonly kind: "new" }
  | { readonly kind: "same" }
  /** `why`: each key with the file's value and the other one. */
  | { readonly kind: "conflict"; readonly why: string };

type Entry = ReturnType<typeof entriesOf>[number];

/** Of a text that was checked before; an empty one has none. */
export const entriesOf = (text: string) => {
  const yaml = parseOnce(FLEET_FILE, text);
  const parsed = fleetFileSchema.safeParse(yaml.ok ? yaml.yaml.value : null);
  return parsed.success ? parsed.data.machines : [];
};

/** Only what the other entry says is compared: what the file says beyond that, somebody has added by hand. */
export function standingOf(known: readonly Entry[], entry: WrittenEntry): Standing {
  const wanted = machineEntrySchema.parse(entry);
  const same = known.find(({ name }) => name === wanted.name);
  if (same === undefined) return takenBy(known, wanted);
  const keys = (Object.keys(entry) as EntryKey[]).filter((key) => !isDeepStrictEqual(same[key], wanted[key]));
  if (keys.length === 0) return { kind: "same" };
  const why = keys.map((key) => `${key} is ${shown(same[key])} in fleet.yaml, ${shown(wanted[key])} here`).join("; ");
  return { kind: "conflict", why };
}

/** What is one machine's own must not be another's as well. */
function takenBy(known: readonly Entry[], { ip, mac, bmc }: Entry): Standing {
  const bmcOf = (entry: Entry["bmc"]) => `${entry.address.toLowerCase()}:${entry.port}`;
  for (const other of known) {
    const shared = [
      ...(other.ip === ip ? [`the address ${ip}`] : []),
      ...(other.mac === mac ? [`the MAC address ${mac}`] : []),
      ...(bmcOf(other.bmc) === bmcOf(bmc) ? [`the BMC ${bmcOf(bmc)}`] : []),
    ];
    if (shared.length > 0) return { kind: "conflict", why: `${shared.join(" and ")} in fleet.yaml is ${other.name}'s` };
  }
  return { kind: "new" };
}

const shown = (value: unknown): string =>
  value === undefined ? "not said" : typeof value === "string" ? value : JSON.stringify(value);
