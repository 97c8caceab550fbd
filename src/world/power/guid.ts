/** The BMC's GUID, as `ipmitool mc guid` prints it: what proves that the right machine answers (S10). */

const PRINTED = /^System GUID\s*: *([0-9A-Fa-f-]{32,36})\s*$/m;

/** Vendors ship these on every board: they would make all machines the same one. */
const SHARED_GUIDS = [
  "03000200040005000006000700080009", // boards whose UUID was never written (AMI's default)
  "00020003000400050006000700080009", // the same bytes as some tools swap them
  "12345678123456789012345678901234",
  "00112233445566778899aabbccddeeff",
];
const ONE_BYTE_REPEATED = /^(..)\1{15}$/;

/** Lower case, without separators: 32 hexadecimal digits; `null` when the output holds no GUID, or several. */
export function parseGuid(stdout: string): string | null {
  if ((stdout.match(/System GUID/g) ?? []).length !== 1) return null;
  const digits = PRINTED.exec(stdout)?.[1]?.replaceAll("-", "").toLowerCase();
  return digits?.length === 32 ? digits : null;
}

/** A GUID that identifies nothing: all zero, all ff, or one that a vendor ships on every board. */
export function isSharedGuid(guid: string): boolean {
  return ONE_BYTE_REPEATED.test(guid) || SHARED_GUIDS.some((shared) => sameGuid(shared, guid));
}

/**
 * Whether two GUIDs are the same 16 bytes. ipmitool guesses the byte order, and 1.8.18 and 1.8.19 guess differently: an
 * update of ipmitool must not make every machine of the fleet look like another one.
 */
export function sameGuid(one: string, other: string): boolean {
  return byteOrders(one).includes(other.toLowerCase());
}

/** As given, as IPMI stores it (reversed), as SMBIOS does (first three fields swapped), and both. */
function byteOrders(guid: string): string[] {
  const plain = guid.toLowerCase();
  return [plain, reversed(plain), smbios(plain), reversed(smbios(plain)), smbios(reversed(plain))];
}

const reversed = (hex: string): string => (hex.match(/../g) ?? []).reverse().join("");

const smbios = (hex: string): string =>
  reversed(hex.slice(0, 8)) + reversed(hex.slice(8, 12)) + reversed(hex.slice(12, 16)) + hex.slice(16);
