/** A whole world behind the controller's ports: machines, BMCs, boot links, traffic and load, on a virtual clock. */
import type { Machine } from "../core/domain/fleet.ts";
import type { ImageName, MachineName, RoleName } from "../core/domain/names.ts";
import type { DemandFacts, DistccLoad } from "../core/domain/observation.ts";
import { known } from "../core/domain/reading.ts";
import type { BmcReply, BootLinks, Calendar, Power, World } from "../world/ports.ts";
import type { Random } from "./random.ts";
import { type BootTarget, SimulatedMachine } from "./simulated-machine.ts";
import { SimulatedTraffic } from "./simulated-traffic.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface SimulationOptions {
  readonly machines: readonly Machine[];
  readonly clock: VirtualClock;
  readonly calendar: Calendar;
  readonly random: Random;
  readonly links: BootLinks;
  /** The file server that an image lies on; null: none that could die. */
  readonly serverOf: (image: ImageName) => string | null;
  /** What the machine's boot link names now, read as the machine's own ROM would. */
  readonly bootTarget: (machine: Machine) => BootTarget | null;
  readonly demand: (role: RoleName, wallMs: number) => DemandFacts;
  /** Failed requests a second of a machine that runs this image; absent: none does. */
  readonly faultsOf?: ((image: ImageName) => number) | undefined;
  /** Roles whose machines run distccd, with the slots of a usual machine. */
  readonly buildSlots: ReadonlyMap<RoleName, number>;
}

/** Half a minute in the ROM and a minute or three of Linux and services, as near-diskless servers take. */
const BOOT_MS = [75_000, 210_000] as const;
const SHUTDOWN_MS = [8_000, 40_000] as const;

export class SimulatedWorld implements World {
  readonly simulated = true;
  readonly clock: VirtualClock;
  readonly calendar: Calendar;
  readonly links: BootLinks;
  readonly traffic: SimulatedTraffic;
  /** By the name that each bears now. */
  readonly machines: Map<MachineName, SimulatedMachine>;
  readonly power: Power;
  /** File servers that are dead, by name: what runs from them hangs until they are back. */
  readonly deadServers = new Set<string>();
  /** By their BMCs' own addresses, which no name changes. */
  private readonly boards = new Map<string, SimulatedMachine>();
  private readonly options: SimulationOptions;

  constructor(options: SimulationOptions) {
    this.options = options;
    this.clock = options.clock;
    this.calendar = options.calendar;
    this.links = options.links;
    this.machines = new Map(options.machines.map((machine) => [machine.name, this.install(machine)]));
    this.traffic = new SimulatedTraffic(this.machines, options.clock, options.random);
    this.power = simulatedPower(this.boards);
  }

  /** The DHCP server's new entries: names and addresses go by the MAC address. A card that nobody knew is a new machine's. */
  readdress(entries: Iterable<Machine>): void {
    const byMac = new Map([...this.boards.values()].map((metal) => [metal.machine.mac, metal]));
    for (const entry of entries) {
      const metal = byMac.get(entry.mac) ?? this.install(entry);
      metal.machine = entry;
      this.machines.set(entry.name, metal);
    }
  }

  private install(machine: Machine): SimulatedMachine {
    const { clock, random, bootTarget, serverOf } = this.options;
    const hangs = (image: ImageName) => this.deadServers.size > 0 && this.deadServers.has(serverOf(image) ?? "");
    const around = { clock, random, bootTarget, hangs, bootMs: BOOT_MS, shutdownMs: SHUTDOWN_MS };
    const metal = new SimulatedMachine(machine, around);
    this.boards.set(boardOf(machine), metal);
    return metal;
  }

  readonly beacons: World["beacons"] = {
    read: async ({ name, ip }) => {
      const report = this.machine(name).report(this.buildLoad(name));
      return report === null ? { ok: false, why: `connect ECONNREFUSED ${ip}` } : { ok: true, value: report };
    },
  };

  readonly builds: World["builds"] = {
    read: async ({ name }) => {
      const load = this.buildLoad(name);
      return load === null ? { ok: false, why: "no distccd answers" } : { ok: true, value: load };
    },
  };

  readonly load: World["load"] = {
    read: async (role) => this.options.demand(role, this.clock.wallMs()),
  };

  /** Whatever is asked: what the images that the machines run do wrong, in sum. */
  readonly health: World["health"] = {
    read: async (_, machines) => {
      const { faultsOf } = this.options;
      const running = machines.flatMap((name) => this.machine(name).report(null)?.image ?? []);
      return known(running.reduce((sum, image) => sum + (faultsOf?.(image as ImageName) ?? 0), 0));
    },
  };

  readonly bootServer: World["bootServer"] = {
    probe: async () => ({ ok: true }),
    fetch: async (_, image) => ({ ok: true, value: { files: [image] } }),
  };

  readonly storage: World["storage"] = {
    ask: async ({ name, port }) => {
      if (!this.deadServers.has(name)) return { port: { kind: "up" }, monitoring: { kind: "up" } };
      const why = `port ${port}: no answer`;
      return { port: { kind: "down", why }, monitoring: { kind: "down", why: "up is 0" } };
    },
  };

  readonly bootLog: World["bootLog"] = { begin: async () => {}, stage: async () => null };

  /** Hungry builds: every slot of a machine that gets jobs is busy, and more wait. */
  private buildLoad(name: MachineName): DistccLoad | null {
    const { role } = this.machine(name);
    const slots = role === null ? undefined : this.options.buildSlots.get(role);
    if (role === null || slots === undefined) return null;
    if (this.traffic.isIdle(role, name)) return { inFlight: 0, queue: 0, slots };
    return { inFlight: slots, queue: this.traffic.isOn(role, name) ? slots : 0, slots };
  }

  private machine(name: MachineName): SimulatedMachine {
    const machine = this.machines.get(name);
    if (machine === undefined) throw new Error(`the simulation has no machine ${name}`);
    return machine;
  }

  /** Starts the machines up in what they would boot, with their traffic on: a farm as retask finds it. */
  async startRunning(placements: ReadonlyMap<MachineName, { image: ImageName; role: RoleName }>): Promise<void> {
    for (const [name, target] of placements) {
      const machine = this.machine(name);
      const pointed = await this.links.point(machine.machine, target.image, this.clock.deadline());
      if (!pointed.ok) throw new Error(`${name} can't begin as ${target.role}: ${pointed.why}`);
      machine.startRunning(target);
      await this.traffic.on(target.role, {}, machine.machine);
    }
  }
}

const boardOf = ({ bmc }: Machine): string => `${bmc.address}:${bmc.port}`;

function simulatedPower(boards: ReadonlyMap<string, SimulatedMachine>): Power {
  const metalOf = (machine: Machine): SimulatedMachine | undefined => boards.get(boardOf(machine));
  const command =
    (press: (machine: SimulatedMachine) => void) =>
    async (machine: Machine): Promise<BmcReply> => {
      const metal = metalOf(machine);
      if (metal === undefined) return { ok: false, code: "RTK_BMC_UNREACHABLE", why: `no BMC of ${machine.name}` };
      press(metal);
      return { ok: true };
    };
  return {
    enrol: async (machine) => {
      const guid = metalOf(machine)?.guid;
      if (guid === undefined) return { ok: false, code: "RTK_BMC_UNREACHABLE", why: `no BMC of ${machine.name}` };
      return { ok: true, enrolment: { guid, cipherSuite: 17 } };
    },
    status: async (machine) => {
      const power = metalOf(machine)?.power;
      if (power === undefined) return { ok: false, code: "RTK_BMC_UNREACHABLE", why: `no BMC of ${machine.name}` };
      return { ok: true, power };
    },
    identify: async (machine, { guid }) => {
      if (metalOf(machine)?.guid === guid) return { ok: true };
      return { ok: false, code: "RTK_BMC_WRONG_GUID", why: `another BMC answers for ${machine.name}` };
    },
    softOff: command((machine) => machine.pressButton()),
    hardOff: command((machine) => machine.switchOff()),
    on: command((machine) => machine.switchOn()),
    // Simulated machines boot by the network and nothing else, whatever they are told.
    setBootFlags: command(() => {}),
    bootFlags: async () => ({ ok: true, flags: { network: true, persistent: true, firmware: "bios" } }),
  };
}
