/** The DHCP server's entries: as fleet.yaml asks for them, in a file that the server includes, with what `dhcp apply` needs at hand. */
import { access } from "node:fs/promises";
import type { DhcpServer, DhcpSettings } from "../../core/domain/dhcp-settings.ts";
import type { Machine } from "../../core/domain/fleet.ts";
import { compareDhcp, type DhcpDifference } from "../../world/dhcp/apply-dhcp.ts";
import type { DhcpTrouble } from "../../world/dhcp/include-file.ts";
import { isProgram } from "../../world/dhcp/run-command.ts";
import { includeTrouble } from "../../world/dhcp/try-configuration.ts";
import { type Check, counted, USUAL_DEADLINE_MS } from "./examined.ts";
import { type Fault, looked } from "./finding.ts";

/** Nothing is written and no program is run: both are `retask dhcp apply`'s. */
export const dhcpCheck: Check = {
  name: "dhcp",
  deadlineMs: () => USUAL_DEADLINE_MS,
  run: async ({ configuration: { site, settings } }) => {
    const { dhcp } = settings;
    if (dhcp === undefined) return looked([], "retask.yaml names no dhcp");
    const machines: readonly Machine[] = [...site.machines.values()];
    const compared = await compareDhcp({ machines, settings: dhcp });
    const faults = [
      ...judgeEntries(compared, dhcp.file),
      ...judgeInclude(await includeTrouble(dhcp), dhcp.config),
      ...judgeProgram(dhcp, await isProgram(PROGRAMS[dhcp.server])),
      ...judgeReload(await missingReload(dhcp)),
    ];
    const well = `${counted(machines.length, "entry", "entries")} in ${dhcp.file}, as fleet.yaml asks for them`;
    return looked(faults, well);
  },
};

export function judgeEntries(compared: DhcpDifference | DhcpTrouble, file: string): Fault[] {
  const fault = { level: "error", where: [file] } as const;
  if (!compared.ok) {
    const { code, why } = compared;
    if (code === "RTK_DHCP_FOREIGN") {
      const advice = "move it away, or name another file in dhcp.file";
      return [{ ...fault, name: "dhcp-foreign", what: "it was not written by retask", why, advice }];
    }
    return [{ ...fault, name: "dhcp-file", what: "it can't be read", why, advice: "let retask's user read it" }];
  }
  const { pending, added, removed, interrupted } = compared;
  if (!pending) return [];
  const differs = [
    ...(added.length === 0 ? [] : [`lacks ${counted(added.length, "entry", "entries")}`]),
    ...(removed.length === 0 ? [] : [`holds ${removed.length} too many`]),
    ...(interrupted ? ["was being applied when that was interrupted"] : []),
  ];
  const isHarmless = added.length === 0 && !interrupted;
  return [
    {
      ...fault,
      name: "dhcp-behind",
      level: isHarmless ? "warning" : "error",
      what: `it ${differs.join(", and ") || "is not quite as retask writes it"}`,
      why: "a machine without its entry gets no address, and boots nothing",
      advice: "look at it with retask dhcp diff, then: retask dhcp apply",
    },
  ];
}

export function judgeInclude(found: DhcpTrouble | null, config: string | null): Fault[] {
  if (found === null) return [];
  const fault = { name: "dhcp-include", where: [config ?? ""] } as const;
  if (found.code === "RTK_DHCP_FILE") {
    const what = "whether it includes retask's file can't be told";
    const advice = "let retask's user read it, or correct dhcp.config in retask.yaml";
    return [{ ...fault, level: "warning", what, why: found.why, advice }];
  }
  const what = "it does not include retask's file";
  return [{ ...fault, level: "error", what, why: "the server knows none of the entries", advice: found.why }];
}

const PROGRAMS: Readonly<Record<DhcpServer, string>> = { dnsmasq: "dnsmasq", isc: "dhcpd", kea: "kea-dhcp4" };

/** dnsmasq knows no trial, and may run elsewhere, behind a reload command of the operator's own. */
export function judgeProgram({ server }: Pick<DhcpSettings, "server">, isThere: boolean): Fault[] {
  if (isThere) return [];
  return [
    {
      name: "dhcp-program",
      level: server === "dnsmasq" ? "warning" : "error",
      what: "the DHCP server's program is not there",
      where: [PROGRAMS[server]],
      why: server === "dnsmasq" ? "whatever reads the file is not dnsmasq" : "nothing can try new entries",
      advice: `install it, or correct dhcp.server, which says ${server}`,
    },
  ];
}

function judgeReload(missing: string | null): Fault[] {
  if (missing === null) return [];
  return [
    {
      name: "dhcp-reload",
      level: "error",
      what: "what reloads the DHCP server is not there",
      where: [missing],
      why: "new entries can't be brought into force",
      advice: "correct dhcp.reload or dhcp.socket in retask.yaml, or start the server",
    },
  ];
}

async function missingReload({ reload, socket }: DhcpSettings): Promise<string | null> {
  if (reload !== null) {
    const [program = ""] = reload;
    return (await isProgram(program)) ? null : program;
  }
  if (socket === null) return null;
  const isThere = await access(socket).then(
    () => true,
    // What only Kea's own user may look at is there all the same.
    (error: NodeJS.ErrnoException) => error.code === "EACCES",
  );
  return isThere ? null : socket;
}
