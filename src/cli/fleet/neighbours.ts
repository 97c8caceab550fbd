/** Which MAC address answers for an IP address on this machine's own network: the kernel's table of neighbours. */
import { readFile } from "node:fs/promises";

const TABLE = "/proc/net/arp";
/** ATF_COM: the address was resolved, and not only asked for. */
const COMPLETE = 0x2;

/** Lower case; null: nobody answered, or it lies behind a router. Only what was lately talked to is in the table. */
export async function macOf(ip: string): Promise<string | null> {
  const text = await readFile(TABLE, "utf8").catch(() => "");
  return neighbourIn(text, ip);
}

export function neighbourIn(table: string, ip: string): string | null {
  for (const line of table.split("\n").slice(1)) {
    const [address, , flags = "0", mac = ""] = line.split(/\s+/);
    if (address === ip && (Number(flags) & COMPLETE) !== 0) return mac.toLowerCase();
  }
  return null;
}
