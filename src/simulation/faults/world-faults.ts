/** What breaks by itself: BMCs, machines, racks, file systems, boot servers, and what is said of the load. */
import type { MachineName } from "../../core/domain/names.ts";
import type { DemandFacts } from "../../core/domain/observation.ts";
import { known, unknown } from "../../core/domain/reading.ts";
import type { SimulatedMachine } from "../simulated-machine.ts";
import { anyMachine, busyMachine, type FaultKind, type Mend } from "./fault-kind.ts";
import type { BmcTrouble, Troubles } from "./troubles.ts";

const BMC_TROUBLES: readonly BmcTrouble[] = [
  "hangs",
  "refusesThePassword",
  "isBusy",
  "saysOff",
  "saysOn",
  "isAnotherMachines",
  "executesTwice",
  "executesLate",
];

const bmcFault = (trouble: BmcTrouble): FaultKind => ({
  name: `BMC ${trouble}`,
  minutes: [1, 40],
  begin: (farm, random) => {
    const { name } = busyMachine(farm, random).machine;
    farm.troubles.bmcs.set(name, trouble);
    farm.troubles.bmcSinceMs.set(name, farm.world.clock.monotonicMs());
    return () => void farm.troubles.bmcs.delete(name);
  },
});

const onMachine = (
  name: string,
  set: "unreachable" | "unbootable" | "misbooting" | "garbled" | "foreignLinks",
  minutes: readonly [number, number],
): FaultKind => ({
  name,
  minutes,
  begin: (farm, random) => {
    const { machine } = busyMachine(farm, random);
    farm.troubles[set].add(machine.name);
    return () => void farm.troubles[set].delete(machine.name);
  },
});

const part = <Key extends "bootServer" | "linksDisk" | "storeDisk" | "traffic">(
  key: Key,
  name: string,
  why: string,
): FaultKind => ({
  name,
  minutes: [1, 45],
  begin: ({ troubles }) => {
    troubles[key] = why;
    return () => {
      if (troubles[key] === why) troubles[key] = null;
    };
  },
});

/** `distort` gets the true demand, and the minute of the fault. */
const demandFault = (name: string, distort: (truth: DemandFacts, minute: number) => DemandFacts): FaultKind => ({
  name,
  minutes: [2, 25],
  begin: ({ troubles, world }) => {
    const beganMs = world.clock.monotonicMs();
    const heard = (truth: DemandFacts) => distort(truth, Math.floor((world.clock.monotonicMs() - beganMs) / 60_000));
    troubles.demand = heard;
    return () => {
      if (troubles.demand === heard) troubles.demand = null;
    };
  },
});

const blind = (why: string) => (): DemandFacts => ({ demand: unknown(why), confirm: unknown(why) });
const scaled = (truth: DemandFacts, factor: number): DemandFacts => ({
  ...truth,
  demand: truth.demand.kind === "known" ? known(truth.demand.value * factor) : truth.demand,
});

/** All machines of a domain lose their power or their file system together, and come back together. */
const domainFault = (
  name: string,
  kind: "rack" | "storage",
  strike: (struck: readonly SimulatedMachine[], troubles: Troubles) => Mend,
): FaultKind => ({
  name,
  minutes: [2, 30],
  begin: (farm, random) => {
    const domain = anyMachine(farm, random).machine.domains[kind];
    const struck = [...farm.world.machines.values()].filter(({ machine }) => machine.domains[kind] === domain);
    return strike(struck, farm.troubles);
  },
});

const rackLosesPower = domainFault("a rack loses power", "rack", (struck, troubles) => {
  const wereOn = struck.filter(({ power }) => power === "on");
  for (const machine of struck) {
    machine.switchOff();
    troubles.bmcs.set(machine.machine.name, "hangs");
  }
  return () => {
    for (const { machine } of struck) troubles.bmcs.delete(machine.name);
    for (const machine of wereOn) machine.switchOn();
  };
});

/** What lives on it hangs, and what boots from it does not come up; a hung machine heeds only its power. */
const storageDies = domainFault("an NFS export hangs", "storage", (struck, troubles) => {
  const names = struck.map(({ machine }) => machine.name);
  const mend = (set: Set<MachineName>): void => {
    for (const name of names) set.delete(name);
  };
  for (const name of names) {
    troubles.unreachable.add(name);
    troubles.unbootable.add(name);
  }
  return () => {
    mend(troubles.unreachable);
    mend(troubles.unbootable);
  };
});

const selfReboot: FaultKind = {
  name: "a machine reboots itself",
  minutes: [1, 1],
  begin: (farm, random) => {
    const machine = busyMachine(farm, random);
    if (machine.power === "on") {
      machine.switchOff();
      machine.switchOn();
    }
    return () => {};
  },
};

export const WORLD_FAULTS: readonly FaultKind[] = [
  ...BMC_TROUBLES.map(bmcFault),
  onMachine("a machine answers nobody", "unreachable", [1, 30]),
  onMachine("a machine does not boot", "unbootable", [5, 60]),
  onMachine("a machine boots another role", "misbooting", [10, 60]),
  onMachine("a distccd answers with garbage", "garbled", [1, 30]),
  onMachine("a boot link is replaced by a file", "foreignLinks", [1, 60]),
  selfReboot,
  rackLosesPower,
  storageDies,
  part("bootServer", "tftpd stops", "no TFTP answer"),
  part("linksDisk", "the TFTP root's disk: EIO", "EIO"),
  part("linksDisk", "the TFTP root's disk: ENOSPC", "ENOSPC"),
  part("linksDisk", "the TFTP root's disk: read-only", "EROFS"),
  part("storeDisk", "the record's disk is full", "ENOSPC"),
  part("traffic", "HAProxy and the hosts file can't be changed", "EIO"),
  demandFault("Prometheus is down", blind("connect ECONNREFUSED")),
  demandFault("Prometheus answers nothing", blind("empty answer")),
  demandFault("Prometheus is stale or partial", blind("2 of 3 series, the last sample is 8 min old")),
  demandFault("the load reads 0", (truth) => scaled(truth, 0)),
  demandFault("the load reads 100 times too high", (truth) => scaled(truth, 100)),
  demandFault("the load flaps", (truth, minute) => scaled(truth, minute % 2 === 0 ? 2 : 0.4)),
];
