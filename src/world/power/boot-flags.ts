/** What a machine tries first when it starts, as its BMC keeps it: IPMI's boot flags, set and read back. */
import type { BootFlags, BootFlagsStep } from "../ports.ts";

/**
 * One ipmitool process each. `keep`: some BMCs drop the flags 60 s after they were set, unless told before not to; others
 * refuse that, which then does no harm. UEFI needs raw bytes (valid, persistent, EFI; network): ipmitool 1.8.19 takes
 * `persistent,efiboot` and ignores it.
 */
export const BOOT_STEPS: Readonly<Record<BootFlagsStep, readonly string[]>> = {
  keep: ["raw", "0x00", "0x08", "0x03", "0x08"],
  bios: ["chassis", "bootdev", "pxe", "options=persistent"],
  uefi: ["raw", "0x00", "0x08", "0x05", "0xe0", "0x04", "0x00", "0x00", "0x00"],
};

export const READ_BOOT_FLAGS: readonly string[] = ["chassis", "bootparam", "get", "5"];

const VALID = 0x80;
const PERSISTENT = 0x40;
const EFI = 0x20;
/** Bits 5 to 2 of the second byte; 0001 is the network. */
const DEVICE = 0x3c;
const NETWORK = 0x04;

/** By the five bytes of parameter 5 and not by ipmitool's words for them; null: the output has them not exactly once. */
export function parseBootFlags(stdout: string): BootFlags | null {
  const found = [...stdout.matchAll(/^\s*Boot parameter data: ([0-9a-fA-F]{10})\s*$/gm)];
  const hex = found.length === 1 ? found[0]?.[1] : undefined;
  if (hex === undefined) return null;
  const [flags = 0, device = 0] = Buffer.from(hex, "hex");
  // Flags that are not valid are none, whatever else they say.
  if ((flags & VALID) === 0) return { network: false, persistent: false, firmware: "bios" };
  return {
    network: (device & DEVICE) === NETWORK,
    persistent: (flags & PERSISTENT) !== 0,
    firmware: (flags & EFI) === 0 ? "bios" : "uefi",
  };
}
