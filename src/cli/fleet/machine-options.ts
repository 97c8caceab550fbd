/** A machine's entry as options of a command, checked as the fleet file's own schema checks it. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { z } from "zod";
import { machineEntrySchema } from "../../core/domain/fleet.ts";
import type { WrittenEntry } from "./render-entry.ts";

export interface MachineOptions {
  readonly mac: string;
  readonly ip: string;
  readonly bmc: string;
  readonly bmcPasswordFile?: string;
  readonly rack?: string;
  readonly domain?: Readonly<Record<string, string>>;
  readonly roles?: readonly string[];
  readonly capacity?: number;
  readonly loader?: "pxelinux" | "grub";
  readonly status?: "active" | "retiring";
}

const { mac, ip, bmc, domains, roles, capacity, loader, status } = machineEntrySchema.shape;

/** As typed and not as the schema reads it: the file keeps what the operator wrote. */
const typed =
  <T>(schema: z.ZodType, read: (text: string) => T) =>
  (text: string): T => {
    const value = read(text);
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new InvalidArgumentError(`${parsed.error.issues[0]?.message ?? "not understood"}.`);
    return value;
  };

const asText = (text: string): string => text;
const asDomains = (text: string, before: Readonly<Record<string, string>> = {}) => {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("expected a kind and a name, as in pdu=p1.");
  return typed(domains, () => ({ ...before, [text.slice(0, equals)]: text.slice(equals + 1) }))(text);
};

export const withMachineOptions = (command: Command): Command =>
  command
    .requiredOption("--mac <address>", "the MAC address that it boots with", typed(mac, asText))
    .requiredOption("--ip <address>", "its own IPv4 address", typed(ip, asText))
    .requiredOption("--bmc <address[:port]>", "its management controller", typed(bmc, bmcOf))
    .option("--bmc-password-file <file>", "the file with this BMC's own password, instead of the site's")
    .option("--rack <name>", "the rack that it stands in: the same as --domain rack=NAME")
    .option("--domain <kind=name>", "a failure domain, as in pdu=p1; may be said several times", asDomains)
    .option(
      "--roles <list>",
      "the roles that it may take, as in web,compile",
      typed(roles, (text) => text.split(",")),
    )
    .option("--capacity <number>", "how much it carries; 1 is the usual machine", typed(capacity, Number))
    .addOption(new Option("--loader <loader>", "what it boots with").choices(loader.unwrap().options))
    .addOption(new Option("--status <status>", "as in fleet.yaml").choices(status.unwrap().options));

export function entryOf(name: string, options: MachineOptions): WrittenEntry {
  const { bmc, bmcPasswordFile: passwordFile, rack, domain, status } = options;
  const domains = { ...(rack === undefined ? {} : { rack }), ...domain };
  const at = bmcOf(bmc);
  const own = typeof at === "string" ? { address: at } : at;
  return {
    name,
    ip: options.ip,
    mac: options.mac,
    bmc: passwordFile === undefined ? at : { ...own, passwordFile },
    ...(Object.keys(domains).length === 0 ? {} : { domains }),
    ...(options.roles === undefined ? {} : { roles: [...options.roles] }),
    ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
    ...(options.loader === undefined ? {} : { loader: options.loader }),
    ...(status === undefined || status === "active" ? {} : { status }),
  };
}

/** `10.0.9.31` or `10.0.9.31:6230`, as fleet.yaml has it. */
export function bmcOf(text: string): string | { address: string; port: number } {
  const [, address, port] = /^([^:]+):(\d{1,5})$/.exec(text) ?? [];
  return address === undefined ? text : { address, port: Number(port) };
}
