/** The server's own trial of its whole configuration, with the new entries in the old ones' place, before they go there. */
import { readFile, rm } from "node:fs/promises";
import type { DhcpSettings } from "../../core/domain/dhcp-settings.ts";
import { type DhcpTrouble, reasonOf, trouble, writeBeside } from "./include-file.ts";
import { runCommand } from "./run-command.ts";

type Tried = Pick<DhcpSettings, "server" | "file" | "config">;

/** `staged`: the file with the new entries. Null: fine, or a server that knows no trial. */
export async function tryConfiguration(
  { server, file, config }: Tried,
  staged: string,
  signal: AbortSignal,
): Promise<DhcpTrouble | null> {
  if (config === null || server === "dnsmasq") return null;
  const copy = `${config}.retask-trial`;
  try {
    const text = await readFile(config, "utf8");
    const tried = includingInstead(server, text, file, staged);
    if (tried === null) return notIncluded(server, config, file);
    await writeBeside(copy, tried);
    const refused = await runCommand(TRIAL[server](copy), signal);
    if (refused === null) return null;
    const why = refused.replaceAll(copy, config).replaceAll(staged, file);
    return trouble("RTK_DHCP_REFUSED", `with the new entries ${config} is refused, and the old ones stay: ${why}`);
  } catch (error) {
    return trouble("RTK_DHCP_FILE", `${config} can't be tried: ${reasonOf(error)}`);
  } finally {
    await rm(copy, { force: true }).catch(() => undefined);
  }
}

/** Null: the server's configuration includes the file, or it is of a kind that has no such trial. Only reads. */
export async function includeTrouble({ server, file, config }: Tried): Promise<DhcpTrouble | null> {
  if (config === null || server === "dnsmasq") return null;
  try {
    const text = await readFile(config, "utf8");
    return includingInstead(server, text, file, file) === null ? notIncluded(server, config, file) : null;
  } catch (error) {
    return trouble("RTK_DHCP_FILE", `${config} can't be read: ${reasonOf(error)}`);
  }
}

function notIncluded(server: "isc" | "kea", config: string, file: string): DhcpTrouble {
  const how = server === "kea" ? `<?include "${file}"?>` : `include "${file}";`;
  return trouble("RTK_DHCP_REFUSED", `${config} does not include ${file}, so no entry would count: add ${how}`);
}

const TRIAL = {
  isc: (config: string) => ["dhcpd", "-t", "-q", "-cf", config],
  kea: (config: string) => ["kea-dhcp4", "-t", config],
} as const;

/** Null: it is not included. Only what is no comment counts. */
function includingInstead(server: "isc" | "kea", text: string, file: string, staged: string): string | null {
  const quoted = `"${file}"`;
  const include = server === "kea" ? "<\\?include\\s+" : "include\\s+";
  const pattern = new RegExp(`^(?!\\s*(?:#|//))(.*?${include})${escaped(quoted)}`, "gm");
  return pattern.test(text) ? text.replace(pattern, (_, before: string) => `${before}"${staged}"`) : null;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
