/** A dead machine's lease on an address that another network card is to have: Kea keeps an address for whoever holds its lease. */
import type { DhcpSettings } from "../../core/domain/dhcp-settings.ts";
import { type DhcpTrouble, reasonOf, trouble } from "./include-file.ts";
import { askKea } from "./kea-control.ts";

const DONE = 0;
const UNKNOWN_COMMAND = 2;
const NO_LEASE = 3;

/**
 * Null: nothing is in the way any more. dhcpd gives fixed addresses without leases, and dnsmasq's entry names both cards
 * (`Handover`), so only Kea is asked.
 */
export async function releaseLease(
  { server, socket }: DhcpSettings,
  ip: string,
  signal: AbortSignal,
): Promise<DhcpTrouble | null> {
  if (server !== "kea" || socket === null) return null;
  const inTheWay = `Kea may keep ${ip} for the card that had it, until that lease ends`;
  try {
    const { result, text } = await askKea(socket, "lease4-del", { "ip-address": ip }, signal);
    if (result === DONE || result === NO_LEASE) return null;
    const advice = result === UNKNOWN_COMMAND ? "load libdhcp_lease_cmds.so in hooks-libraries" : text;
    return trouble("RTK_DHCP_LEASE", `${inTheWay}: ${advice}`);
  } catch (error) {
    return trouble("RTK_DHCP_LEASE", `${inTheWay}: ${reasonOf(error)}`);
  }
}
