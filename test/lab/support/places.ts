/** Which machines a lab has: their names, addresses, firmware and first roles. */
import type { Role } from "../../component/support/real-farm/tftp-root.ts";
import { MAX_MACHINES, machineAddress, machineMac, type NetworkKind } from "./addresses.ts";

export interface PlaceOptions {
  /** Machines that serve web at first: m1, m2, … */
  readonly web: number;
  /** Machines that compile at first: the next ones. */
  readonly compile: number;
  /** Machines that are off at first: the next ones. */
  readonly spares: number;
  /** Machines that no file of the site knows, off, with a disk that they start from by themselves: the last ones. */
  readonly newcomers?: number;
  /** So many of the last machines boot through UEFI and GRUB, all others through a BIOS and pxelinux. */
  readonly uefi?: number;
  /** `bridge`: real DHCP, and machines that have their addresses; only where `canBridge()`. Else `user`, QEMU's. */
  readonly network?: NetworkKind;
}

export interface MachinePlace {
  readonly index: number;
  readonly name: string;
  readonly ip: string;
  readonly mac: string;
  readonly loader: "pxelinux" | "grub";
  /** Null for a spare, and for a newcomer. */
  readonly role: Role | null;
  readonly isNew: boolean;
  readonly network: NetworkKind;
}

export function placesOf({
  web,
  compile,
  spares,
  newcomers = 0,
  uefi = 0,
  network = "user",
}: PlaceOptions): MachinePlace[] {
  const roles = [
    ...Array<Role>(web).fill("web"),
    ...Array<Role>(compile).fill("compile"),
    ...Array<null>(spares + newcomers).fill(null),
  ];
  if (roles.length > MAX_MACHINES) throw new Error(`the lab has addresses for ${MAX_MACHINES} machines`);
  return roles.map((role, at) => {
    const index = at + 1;
    const loader = index > roles.length - uefi ? "grub" : "pxelinux";
    const place = { index, name: `m${index}`, ip: machineAddress(index, network), mac: machineMac(index) };
    return { ...place, loader, role, isNew: index > roles.length - newcomers, network };
  });
}
