/** A small site whose files fit together, for tests that break one of them. */
import type { Configuration, ParsedConfiguration } from "../../../../src/control/configuration/configuration.ts";
import { parseConfiguration } from "../../../../src/control/configuration/parse-configuration.ts";

const machine = (number: number): string => {
  const two = String(number).padStart(2, "0");
  return `  - { name: m${two}, ip: 10.0.3.${number}, mac: "00:11:22:33:44:${two}", bmc: 10.0.9.${number} }`;
};

/** fleet.yaml with machines m01, m02, …; the machine number n stands on line n + 1. */
export const fleetOf = (count: number): string =>
  ["machines:", ...Array.from({ length: count }, (_, index) => machine(index + 1)), ""].join("\n");

export const WEB = `role: web
images: { production: web.production }
demand:
  series: haproxy_backend_current_sessions{proxy="web"}
  perMachine: 55
machines:
  floor: 4
traffic: { haproxy: { backend: web } }
`;

export const COMPILE = `role: compile
images: { production: compile.production }
demand: rest
machines: { floor: 2 }
traffic: { distcc: { hostsFile: /srv/distcc/hosts } }
`;

export const RETASK = `bootLinks: /srv/tftp/pxelinux.cfg
prometheus: http://10.0.1.5:9090
haproxy: unix:/run/haproxy/admin.sock
bmc: { user: retask, passwordFile: /etc/retask/bmc }
`;

export const LIMITS = `limits:
  atOnce: 10%
`;

const GOOD: Readonly<Record<string, string>> = {
  "retask.yaml": RETASK,
  "fleet.yaml": fleetOf(12),
  "policies/web.yaml": WEB,
  "policies/compile.yaml": COMPILE,
};

/** The good site with some files replaced, added, or (`null`) left out. */
export const siteFiles = (changed: Readonly<Record<string, string | null>> = {}): ReadonlyMap<string, string> =>
  new Map(Object.entries({ ...GOOD, ...changed }).filter((entry): entry is [string, string] => entry[1] !== null));

export const parsed = (changed: Readonly<Record<string, string | null>> = {}): ParsedConfiguration =>
  parseConfiguration(siteFiles(changed));

/** The configuration of a site that must be good. */
export function configurationOf(changed: Readonly<Record<string, string | null>> = {}): Configuration {
  const result = parsed(changed);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.configuration;
}

/** `file:line:column path: message`, one for each problem. */
export const problemLines = (result: ParsedConfiguration): string[] =>
  result.ok
    ? []
    : result.problems.map(
        ({ file, line, column, path, message }) =>
          `${file}${line === null ? "" : `:${line}:${column}`} ${path === "" ? "" : `${path}: `}${message}`,
      );

/** The text with one passage replaced; a passage that is not there is a mistake of the test. */
export function replaced(text: string, passage: string, by: string): string {
  if (!text.includes(passage)) throw new Error(`not in the text: ${passage}`);
  return text.replace(passage, () => by);
}
