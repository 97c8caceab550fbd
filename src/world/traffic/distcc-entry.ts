/** One entry of a distcc hosts file: which server it sends work to, and whether distcc would take it. */
import type { Machine } from "../../core/domain/fleet.ts";

const DISTCC_PORT = "3632";

/** `{ip}:3632/12,lzo` → `10.0.3.17:3632/12,lzo`. */
export const renderEntry = (template: string, machine: Machine): string => render(template, machine.ip, machine.name);

const render = (template: string, ip: string, name: string): string =>
  template.replaceAll(/\{(ip|machine)\}/g, (_, key: string) => (key === "ip" ? ip : name));

/**
 * The servers that mean this machine, by address or by name: an operator may have written `m07/12` where retask writes
 * `10.0.3.17:3632/12`, and an entry that is overlooked would send work to a machine that is being switched off.
 */
export function addressesOf(template: string, machine: Machine): ReadonlySet<string> {
  const spellings = [
    renderEntry(template, machine),
    render(template, machine.ip, machine.ip),
    render(template, machine.name, machine.name),
  ];
  return new Set(spellings.map(addressOf));
}

/** The server of an entry, without its limit and options: `10.0.3.17:3632`, or `ssh:m07` for an entry with `@`. */
export function addressOf(entry: string): string {
  const server = serverOf(entry);
  const at = server.lastIndexOf("@");
  const [, host = "", port = ""] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(server.slice(at + 1)) ?? [];
  return at >= 0 ? `ssh:${host}` : `${host}:${port === "" ? DISTCC_PORT : port}`;
}

/** An entry, or a template, without its limit and options. */
export const serverOf = (entry: string): string => (/^[^/,]*/.exec(entry)?.[0] ?? "").toLowerCase();

/** Matches the server of any entry written from this template. */
export function shapeOf(template: string): RegExp {
  const parts = serverOf(template).split(/(\{ip\}|\{machine\})/);
  return new RegExp(`^${parts.map((part) => FIELDS[part] ?? escapePattern(part)).join("")}$`);
}

const FIELDS: Readonly<Record<string, string>> = { "{ip}": "[0-9.]+", "{machine}": "[a-z0-9-]+" };

const escapePattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const TCP_ENTRY = /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::(\d+))?(?:\/(\d+))?((?:,[a-z]+)*)$/;
const OPTIONS = new Set(["lzo", "cpp", "auth", "down"]);

/**
 * Why distcc would not take this entry, or not as it is meant; `null` when it is sound. Stricter than distcc, which reads
 * `host:/2` and `host/-4` as something; entries over ssh (`@`) have too many forms to judge here.
 */
export function flawOf(entry: string): string | null {
  if (entry.includes("@")) return null;
  const [whole, port, limit, options = ""] = TCP_ENTRY.exec(entry) ?? [];
  if (whole === undefined) return "it is not of the form host:port/limit,options";
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return `${port} is no port`;
  if (limit !== undefined && Number(limit) < 1) return "its limit is 0";
  const odd = options.split(",").find((option) => option !== "" && !OPTIONS.has(option));
  return odd === undefined ? null : `distcc knows no option ${odd}`;
}
