/** GUIDs: one for each machine, or nothing proves which machine a power-off would hit. */
import { sameGuid } from "../../world/power/guid.ts";
import { bmcDeadlineMs } from "./bmc-time.ts";
import { type Check, counted } from "./examined.ts";
import { type Fault, looked, skipped } from "./finding.ts";

export const guidsCheck: Check = {
  name: "guids",
  deadlineMs: (site) => bmcDeadlineMs(site, 2),
  run: async (site) => {
    const guids = new Map([...site.recorded.enrolments].map(([machine, { guid }]) => [machine, guid]));
    if ((await site.ipmitool()).ok) {
      for (const [machine, identity] of await site.identities()) if (identity.ok) guids.set(machine, identity.guid);
    }
    const fleet = new Set<string>(site.configuration.site.machines.keys());
    const known = [...guids].filter(([machine]) => fleet.has(machine));
    if (known.length === 0) return skipped("no machine's GUID is known: no BMC answered, and none is enrolled");
    const asked = new Set<string>(site.machines.map(({ name }) => name));
    const faults = judgeGuids(new Map(known)).filter(({ where }) => where.some((name) => asked.has(name)));
    return looked(faults, `${counted(known.length, "GUID")}, all different`);
  },
};

/** `guids`: by machine, 32 hexadecimal digits. */
export function judgeGuids(guids: ReadonlyMap<string, string>): Fault[] {
  return groupsOf(guids)
    .filter(({ machines }) => machines.length > 1)
    .map(({ guid, machines }) => ({
      name: "guid-same",
      level: "error",
      what: `${machines.length} machines' BMCs have the same GUID`,
      where: machines,
      why: `${guid}: either one BMC stands in fleet.yaml under several addresses, or boards were never given a UUID of their own; a power-off could hit the wrong machine`,
      advice: "look whether the addresses are right; else set each machine's system UUID with its vendor's tool",
    }));
}

interface Group {
  readonly guid: string;
  readonly machines: string[];
}

/** Two orders of the same bytes are the same GUID, so only those of the same bytes need comparing. */
function groupsOf(guids: ReadonlyMap<string, string>): Group[] {
  const byBytes = new Map<string, Group[]>();
  for (const [machine, guid] of guids) {
    const bytes = (guid.toLowerCase().match(/../g) ?? []).toSorted().join("");
    const groups = byBytes.get(bytes) ?? [];
    const same = groups.find((group) => sameGuid(group.guid, guid));
    if (same === undefined) byBytes.set(bytes, [...groups, { guid, machines: [machine] }]);
    else same.machines.push(machine);
  }
  return [...byBytes.values()].flat();
}
