/** A simulated world whose parts break as its troubles say; everything else is the simulated world's own answer. */
import type { Machine } from "../../core/domain/fleet.ts";
import { known } from "../../core/domain/reading.ts";
import type { BootLinks, Traffic, World } from "../../world/ports.ts";
import type { SimulatedWorld } from "../simulated-world.ts";
import { faultyPower } from "./faulty-power.ts";
import type { SideEffects } from "./side-effects.ts";
import type { Troubles } from "./troubles.ts";

/** `by`: which controller looks through this world. */
export function faultyWorld(world: SimulatedWorld, troubles: Troubles, seen: SideEffects, by: string): World {
  const { clock, calendar, bootLog } = world;
  const isSilent = ({ name }: Machine): boolean => troubles.unreachable.has(name);
  return {
    ...{ clock, calendar, bootLog },
    power: faultyPower(world, troubles, seen, by),
    links: faultyLinks(world.links, troubles),
    traffic: faultyTraffic(world.traffic, troubles),
    beacons: {
      read: async (machine, signal) =>
        isSilent(machine) ? { ok: false, why: `timeout of ${machine.ip}` } : world.beacons.read(machine, signal),
    },
    builds: {
      read: async (machine, signal) => {
        if (isSilent(machine)) return { ok: false, why: "no distccd answers" };
        if (troubles.garbled.has(machine.name)) return { ok: false, why: "no <distccstats> in the answer" };
        return world.builds.read(machine, signal);
      },
    },
    load: {
      read: async (role, demand, signal) => {
        const truth = await world.load.read(role, demand, signal);
        const told = troubles.demand === null ? truth : troubles.demand(truth);
        seen.onDemand(role, truth, told);
        return told;
      },
    },
    health: {
      read: async (...args) => whyBlind(troubles) ?? world.health.read(...args),
    },
    storage: {
      ask: async (server, signal) => {
        const truth = await world.storage.ask(server, signal);
        const told = troubles.storage.get(server.name)?.(truth) ?? truth;
        const blind = whyBlind(troubles);
        return blind === null ? told : { ...told, monitoring: blind };
      },
    },
    bootServer: {
      probe: async () => (troubles.bootServer === null ? { ok: true } : { ok: false, why: troubles.bootServer }),
      fetch: async (machine, image, signal) =>
        troubles.bootServer === null
          ? world.bootServer.fetch(machine, image, signal)
          : { ok: false, why: troubles.bootServer },
    },
  };
}

/** Prometheus tells nothing of the load, so it tells nothing else either. */
function whyBlind({ demand }: Troubles) {
  const told = demand?.({ demand: known(1), confirm: null }).demand;
  return told?.kind === "unknown" ? told : null;
}

function faultyLinks(links: BootLinks, troubles: Troubles): BootLinks {
  const refused = (why: string) => ({ ok: false as const, code: "RTK_LINK_IO", why });
  const foreign = { kind: "foreign", target: "a plain file", why: "not a link" } as const;
  return {
    read: async (machine, signal) => {
      if (troubles.linksDisk === "EIO") return { kind: "unreadable", why: "EIO" };
      return troubles.foreignLinks.has(machine.name) ? foreign : links.read(machine, signal);
    },
    point: async (machine, image, signal) => {
      if (troubles.linksDisk !== null) return refused(troubles.linksDisk);
      if (troubles.foreignLinks.has(machine.name)) return refused("its boot link is a plain file");
      return links.point(machine, image, signal);
    },
    writable: async (machine, signal) => {
      if (troubles.linksDisk !== null) return refused(troubles.linksDisk);
      return links.writable(machine, signal);
    },
    moveChannel: async (channel, image, signal) =>
      troubles.linksDisk === null ? links.moveChannel(channel, image, signal) : refused(troubles.linksDisk),
    catalogue: async (signal) => (troubles.linksDisk === "EIO" ? { ok: false, why: "EIO" } : links.catalogue(signal)),
    own: (owner, signal) => links.own(owner, signal),
  };
}

function faultyTraffic(traffic: Traffic, troubles: Troubles): Traffic {
  const change =
    (to: "on" | "off"): Traffic["on"] =>
    async (...args) => {
      if (troubles.traffic !== null) return { ok: false, code: "RTK_DISTCC_HOSTS_WRITE", why: troubles.traffic };
      return traffic[to](...args);
    };
  return {
    read: async (role, policy, machines, signal) => {
      if (troubles.traffic === null) return traffic.read(role, policy, machines, signal);
      const why = troubles.traffic;
      return new Map(machines.map(({ name }) => [name, { kind: "unknown", why }] as const));
    },
    on: change("on"),
    off: change("off"),
  };
}
