/** Keys of `dhcp` that the named server has no use for: refused, because they would silently not be followed. */
import { type Draft, problemAt } from "./draft.ts";
import type { Problem } from "./problem.ts";

const IN_ITS_OWN_FILE = "dnsmasq's hosts file can't say it: write dhcp-boot in dnsmasq's own configuration";

export function checkDhcp({ settings }: Draft): Problem[] {
  const dhcp = settings?.value.dhcp;
  if (settings === null || dhcp === undefined) return [];
  const { server, config, socket, nextServer, filename } = dhcp;
  const problem = (key: string, message: string): Problem => problemAt(settings.yaml, ["dhcp", key], message);
  const found: Problem[] = [];
  if (server !== "kea" && socket !== null) found.push(problem("socket", "only Kea has a control socket"));
  if (server !== "dnsmasq") return found;
  if (config !== null) found.push(problem("config", "dnsmasq tries no configuration with a hosts file; leave it out"));
  if (nextServer !== null) found.push(problem("nextServer", IN_ITS_OWN_FILE));
  if (Object.keys(filename).length > 0) found.push(problem("filename", IN_ITS_OWN_FILE));
  return found;
}
