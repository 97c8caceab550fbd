/** The machines of a replay: where each is, where it is going, and what an observation of them would be. */
import type { Machine } from "../../core/domain/fleet.ts";
import {
  type ImageName,
  isRole,
  type MachineName,
  type Placement,
  type RoleName,
  SPARE,
} from "../../core/domain/names.ts";
import type { DistccLoad, MachineFacts } from "../../core/domain/observation.ts";
import type { Operation } from "../../core/domain/operation.ts";
import { type MachineRecord, newMachineRecord, type PoolState } from "../../core/domain/pool-state.ts";
import type { Site } from "../../core/domain/site.ts";
import { MINUTE_MS } from "./demand-history.ts";

/** Drain, link, power-off and settle: before the machine boots. As measured on real machines that are not busy. */
const BEFORE_BOOT_MS = 60_000;
/** What has run for longer than any dwell. */
const LONG_AGO_MS = 40 * 86_400_000;

/** Whole minutes in which a machine that changes its role serves nobody. */
export const moveMinutes = (bootMs: number): number => Math.ceil((BEFORE_BOOT_MS + bootMs) / MINUTE_MS);

interface Journey {
  operation: Operation;
  readonly offMs: number;
  readonly upMs: number;
  readonly servesMs: number;
}

interface Place {
  readonly machine: Machine;
  placement: Placement;
  sinceMs: number;
  journey: Journey | null;
}

export class ReplayPool {
  private readonly places = new Map<MachineName, Place>();
  private readonly site: Site;
  private readonly images: ReadonlyMap<RoleName, ImageName>;
  private readonly bootMs: number;

  /** `begin`: machines in each role at first, in the fleet's order; what is left is spare and off. */
  constructor(
    site: Site,
    images: ReadonlyMap<RoleName, ImageName>,
    bootMs: number,
    begin: ReadonlyMap<RoleName, number>,
  ) {
    this.site = site;
    this.images = images;
    this.bootMs = bootMs;
    const roles = [...begin].flatMap(([role, count]) => Array<Placement>(count).fill(role));
    for (const machine of site.machines.values()) {
      const placement = roles.shift() ?? SPARE;
      this.places.set(machine.name, { machine, placement, sinceMs: Number.NEGATIVE_INFINITY, journey: null });
    }
  }

  records(): Map<MachineName, MachineRecord> {
    return new Map(
      [...this.places].map(([name, { placement }]) => [
        name,
        { ...newMachineRecord(), adopted: true, placement, image: this.imageOf(placement) },
      ]),
    );
  }

  /** Machines that have arrived by now, or were called back, are in no operation any more. */
  arrive(nowMs: number, state: PoolState): PoolState {
    if (state.operations.size === 0) return state;
    const operations = new Map(state.operations);
    const machines = new Map(state.machines);
    for (const place of this.places.values()) {
      const { journey, machine } = place;
      if (journey === null) continue;
      const { operation } = journey;
      const isBack = operation.chart.value === "undoing" || operation.chart.value === "undone";
      if (!isBack && nowMs < journey.servesMs) {
        operations.set(operation.id, { ...operation, chart: { ...operation.chart, value: phaseOf(journey, nowMs) } });
        continue;
      }
      place.journey = null;
      operations.delete(operation.id);
      if (isBack) continue;
      place.placement = operation.to;
      place.sinceMs = journey.upMs;
      const record = machines.get(machine.name) ?? newMachineRecord();
      machines.set(machine.name, { ...record, placement: operation.to, image: operation.toImage });
    }
    return { ...state, operations, machines };
  }

  /** What a plan began or called back. @returns the operations that are new. */
  depart(nowMs: number, state: PoolState): Operation[] {
    const begun: Operation[] = [];
    for (const operation of state.operations.values()) {
      const place = this.places.get(operation.machine);
      if (place === undefined) continue;
      if (place.journey !== null) {
        place.journey.operation = operation;
        continue;
      }
      begun.push(operation);
      const wasOff = operation.from === SPARE;
      const offMs = nowMs + (wasOff ? 0 : BEFORE_BOOT_MS);
      const upMs = operation.toImage === null ? offMs : offMs + this.bootMs;
      const warmUpMs = isRole(operation.to) ? (this.site.policies.get(operation.to)?.warmUp ?? 0) : 0;
      place.journey = { operation, offMs, upMs, servesMs: upMs + warmUpMs };
    }
    return begun;
  }

  /** Capacity that serves now, by role, in units of a usual machine. */
  serving(): Map<RoleName, number> {
    const units = new Map<RoleName, number>();
    for (const { placement, journey, machine } of this.places.values())
      if (journey === null && isRole(placement)) units.set(placement, (units.get(placement) ?? 0) + machine.capacity);
    return units;
  }

  /** `jobsOf`: what distccd would say of each machine of a role. */
  facts(nowMs: number, jobsOf: (role: RoleName) => DistccLoad | null): Map<MachineName, MachineFacts> {
    return new Map([...this.places].map(([name, place]) => [name, this.factsOf(place, nowMs, jobsOf)]));
  }

  private factsOf(
    { machine, placement, sinceMs, journey }: Place,
    nowMs: number,
    jobsOf: (role: RoleName) => DistccLoad | null,
  ): MachineFacts {
    const image = this.imageOf(placement);
    const isUp = isRole(placement) && (journey === null || nowMs < journey.offMs);
    const distcc = isUp ? jobsOf(placement) : null;
    const uptimeS = Math.min(LONG_AGO_MS, nowMs - sinceMs) / 1_000;
    const report = {
      machine: machine.name,
      mac: machine.mac,
      role: placement,
      image: image ?? "",
      bootId: "",
      uptimeS,
      distcc,
    };
    return {
      beacon: isUp ? { kind: "heard", report, ageMs: 0 } : { kind: "silent", why: "off, or booting" },
      bootStage: null,
      power: { kind: isUp ? "on" : "off", ageMs: 0, readings: 2 },
      link: image === null ? { kind: "missing" } : { kind: "image", image },
      traffic: isUp ? { kind: "on", up: true } : { kind: "none" },
      strayTraffic: [],
      distcc,
      quietMs: 0,
    };
  }

  private readonly imageOf = (placement: Placement): ImageName | null =>
    isRole(placement) ? (this.images.get(placement) ?? null) : null;
}

function phaseOf({ offMs, upMs }: Journey, nowMs: number): string {
  if (nowMs < offMs) return "draining";
  return nowMs < upMs ? "verifying" : "warming";
}
