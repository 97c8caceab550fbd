/** A boot through UEFI and GRUB, told by the wire. */
import { expect } from "vitest";
import { hexAddress } from "../../component/support/real-farm/addresses.ts";
import type { Role } from "../../component/support/real-farm/tftp-root.ts";
import { GRUB_DIRECTORY, GRUB_PROGRAM } from "./grub.ts";
import type { LabMachine } from "./machines.ts";
import { INITRDS } from "./tftp-root.ts";

/** The firmware loaded GRUB, which asked for this machine's boot link, got it, and loaded that role's files alone. */
export function expectGrubBoot(machine: LabMachine, role: Role): void {
  const asked = machine.requests();
  expect(asked[0]?.file).toBe(GRUB_PROGRAM);
  const inDirectory = (name: string): string => `/${GRUB_DIRECTORY}/${name}`;
  const configurations = asked.filter(({ file }) => file.startsWith(inDirectory("grub.cfg")));
  const link = { file: inDirectory(`grub.cfg-${hexAddress(machine.ip)}`), error: null };
  // Before its link: the name that would have hidden it. It asks for the link to find it, and again to read it.
  const hiding = inDirectory(`grub.cfg-01-${machine.mac.replaceAll(":", "-")}`);
  expect(configurations).toEqual([{ file: hiding, error: expect.any(String) }, link, link]);
  const loaded = asked.filter(({ file }) => file !== GRUB_PROGRAM && !file.startsWith(inDirectory("")));
  expect(loaded).toEqual(["vmlinuz", ...INITRDS[role]].map((name) => ({ file: `/${name}`, error: null })));
}
