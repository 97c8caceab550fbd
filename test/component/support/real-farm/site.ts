/** The operator's files of a farm, as an operator would write them; only the times are a test's. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FarmMachine } from "./machines.ts";

export interface SiteOptions {
  readonly mode?: "advise" | "auto";
  readonly webFloor?: number;
  readonly webHoldDown?: string;
  readonly compileFloor?: number;
  readonly softOff?: string;
  /** This machine's BMC password file, where it isn't the site's. */
  readonly passwordFiles?: Readonly<Record<string, string>>;
}

export interface Surroundings {
  readonly listen: string;
  readonly storeFile: string;
  readonly links: string;
  readonly tftp: string;
  readonly prometheus: string;
  readonly haproxy: readonly string[];
  readonly passwordFile: string;
  readonly hostsFile: string;
}

/** A machine of capacity 1 carries so many sessions. */
export const SESSIONS_PER_MACHINE = 5;

export async function writeSite(
  dir: string,
  machines: readonly FarmMachine[],
  around: Surroundings,
  options: SiteOptions,
): Promise<void> {
  await mkdir(join(dir, "policies"), { recursive: true });
  await writeFile(join(dir, "retask.yaml"), settingsText(around, options));
  await writeFile(join(dir, "fleet.yaml"), fleetText(machines, options));
  await writeFile(join(dir, "policies/web.yaml"), webPolicy(options));
  await writeFile(join(dir, "policies/compile.yaml"), compilePolicy(around, options));
  await writeFile(join(dir, "policies/limits.yaml"), LIMITS);
}

const settingsText = (around: Surroundings, { mode = "auto", softOff = "30s" }: SiteOptions): string => `mode: ${mode}
tick: 1s
listen: ${around.listen}
store: { file: ${around.storeFile} }
bootLinks: ${around.links}
tftp: ${around.tftp}
prometheus: ${around.prometheus}
beacon: { maxAge: 20s }
haproxy: [${around.haproxy.join(", ")}]
bmc: { user: retask, passwordFile: ${around.passwordFile}, interval: 100ms, softOff: ${softOff} }
`;

const fleetText = (machines: readonly FarmMachine[], { passwordFiles = {} }: SiteOptions): string =>
  `machines:\n${machines
    .map(({ name, ip, mac, bmc }) => {
      const own = passwordFiles[name];
      const password = own === undefined ? "" : `, passwordFile: ${own}`;
      return `  - { name: ${name}, ip: ${ip}, mac: "${mac}", bmc: { address: ${bmc.address}, port: ${bmc.port}${password} } }`;
    })
    .join("\n")}\n`;

/** A drop needs the second signal, or ten seconds, to be believed (S18). */
export const webPolicy = ({ webFloor = 2, webHoldDown = "4s" }: SiteOptions): string => `role: web
images: { production: web.production }
demand:
  series: haproxy_backend_current_sessions{proxy="web"}
  maxAge: 10s
  perMachine: ${SESSIONS_PER_MACHINE}
  confirm: sum(rate(haproxy_backend_http_requests_total{proxy="web"}[5s]))
  suspectFor: 10s
machines: { floor: ${webFloor} }
hold: { up: 2s, down: ${webHoldDown} }
traffic: { haproxy: { backend: web, drainFor: 30s } }
`;

const compilePolicy = ({ hostsFile }: Surroundings, { compileFloor = 1 }: SiteOptions): string => `role: compile
images: { production: compile.production }
demand: rest
machines: { floor: ${compileFloor} }
traffic: { distcc: { hostsFile: ${hostsFile}, entry: "{ip}:3632/4", quietFor: 6s, drainFor: 30s } }
`;

const LIMITS = `limits:
  atOnce: 1
  perHour: 50
  dwell: 3s
`;
