/** The fleet of a test's pool: addresses by the order in which the machines are told. */
import { fleetFileSchema, type Machine, resolveFleet } from "../../../src/core/domain/fleet.ts";
import type { RoleName } from "../../../src/core/domain/names.ts";

/** What of a machine stands in fleet.yaml. */
export interface FleetSpec {
  readonly domains?: Readonly<Record<string, string>>;
  readonly roles?: readonly string[];
  readonly capacity?: number;
  readonly image?: Readonly<Record<string, string>>;
  readonly status?: "active" | "retiring";
}

export function buildFleet(told: Readonly<Record<string, FleetSpec>>, roles: readonly RoleName[]): Machine[] {
  const machines = Object.entries(told).map(([name, machine], index) => ({
    name,
    ip: `10.0.${index >> 8}.${index & 255}`,
    mac: macOf(index),
    bmc: `10.1.${index >> 8}.${index & 255}`,
    domains: machine.domains ?? {},
    ...(machine.roles === undefined ? {} : { roles: machine.roles }),
    ...(machine.capacity === undefined ? {} : { capacity: machine.capacity }),
    image: machine.image ?? {},
    status: machine.status ?? "active",
  }));
  return machines.length === 0 ? [] : resolveFleet(fleetFileSchema.parse({ machines }), roles);
}

const macOf = (index: number): string => `00:00:00:00:${hex(index >> 8)}:${hex(index & 255)}`;
const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
