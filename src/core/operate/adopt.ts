/** The first start on an existing fleet: what each machine seems to be, and what adopting it would record. */
import type { Machine } from "../domain/fleet.ts";
import { type ImageName, type MachineName, type Placement, roleNameSchema, SPARE } from "../domain/names.ts";
import type { MachineFacts, Observation } from "../domain/observation.ts";
import { type MachineRecord, newMachineRecord, type PoolState } from "../domain/pool-state.ts";
import type { Site } from "../domain/site.ts";
import { describeLink } from "../domain/standing.ts";

export interface AdoptionRow {
  readonly machine: MachineName;
  readonly link: string;
  readonly beacon: string;
  readonly guid: string | null;
  /** What would be recorded; null: a stray, which stays untouched. */
  readonly placement: Placement | null;
  readonly image: ImageName | null;
  readonly why: string;
}

/** `guids`: enrolled or just read, by machine. Also how a lost store is rebuilt, from links and beacons. */
export function adoptionTable(
  site: Site,
  observation: Observation,
  guids: ReadonlyMap<MachineName, string>,
): AdoptionRow[] {
  return [...site.machines.values()].map((machine) => {
    const facts = observation.machines.get(machine.name);
    return { machine: machine.name, guid: guids.get(machine.name) ?? null, ...adoptable(machine, facts, site) };
  });
}

function adoptable(
  machine: Machine,
  facts: MachineFacts | undefined,
  site: Site,
): Omit<AdoptionRow, "machine" | "guid"> {
  if (facts === undefined) return stray("not observed", "not observed", "not observed yet");
  const link = facts.link.kind === "image" ? facts.link.image : describeLink(facts.link);
  if (facts.beacon.kind === "silent") {
    if (facts.power.kind === "off" && facts.power.readings >= 2) {
      return { link, beacon: "off", placement: SPARE, image: null, why: "off: a cold spare" };
    }
    return stray(link, "silent", `no beacon: ${facts.beacon.why}`);
  }
  const { report } = facts.beacon;
  const beacon = `${report.role || "no role"}, ${report.image || "no image"}`;
  if (report.machine !== machine.name || report.mac !== machine.mac) {
    return stray(link, beacon, `another machine answers at ${machine.ip}: ${report.machine}, ${report.mac}`);
  }
  const role = roleNameSchema.safeParse(report.role);
  const image = report.image as ImageName;
  if (report.image !== "" && report.image === site.limits.reserve.image) {
    return { link, beacon, placement: SPARE, image, why: "runs the spare image" };
  }
  if (!role.success || !site.policies.has(role.data)) return stray(link, beacon, "it runs no role of this site");
  if (facts.link.kind !== "image") return stray(link, beacon, describeLink(facts.link));
  if (facts.link.image !== report.image) return stray(link, beacon, `runs ${report.image}, but would boot ${link}`);
  return { link, beacon, placement: role.data, image, why: `serves as ${role.data}` };
}

const stray = (link: string, beacon: string, why: string) => ({ link, beacon, placement: null, image: null, why });

/** Records every row that is no stray, and lets retask act where retask.yaml says `auto`. Adopted machines stay as they are. */
export function adopt(state: PoolState, rows: readonly AdoptionRow[], observation: Observation): PoolState {
  const machines = new Map(state.machines);
  for (const row of rows) {
    const before = machines.get(row.machine) ?? newMachineRecord();
    if (row.placement === null || before.adopted) continue;
    const beacon = observation.machines.get(row.machine)?.beacon;
    const record: MachineRecord = {
      ...before,
      adopted: true,
      placement: row.placement,
      image: row.image,
      bootId: beacon?.kind === "heard" ? beacon.report.bootId : before.bootId,
    };
    machines.set(row.machine, record);
  }
  return { ...state, machines, adopted: true };
}

/**
 * What a dry run takes for granted. It keeps no record and nobody can adopt in it, but what it shows should be what retask
 * would do: so each machine counts as what its link and beacon say.
 */
export const assumeAdopted = (state: PoolState, observation: Observation, site: Site): PoolState =>
  adopt(state, adoptionTable(site, observation, new Map()), observation);
