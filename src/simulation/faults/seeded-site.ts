/** A site drawn from a seed: 6 to 24 machines in 2 to 4 racks, and how an operator might have tuned it. */
import { parseConfiguration } from "../../control/configuration/parse-configuration.ts";
import { type RoleName, roleName } from "../../core/domain/names.ts";
import type { Site } from "../../core/domain/site.ts";
import type { Random } from "../random.ts";
import type { PlannedWorks } from "./planned-works.ts";

export const WEB = roleName("web");
export const COMPILE = roleName("compile");
/** Sessions that a usual machine carries. */
export const SESSIONS_PER_MACHINE = 50;

export interface SeededSite {
  readonly files: ReadonlyMap<string, string>;
  readonly site: Site;
  /** Machines in each role at the beginning; what is left is spare and off. */
  readonly begin: ReadonlyMap<RoleName, number>;
}

export function seededSite(random: Random, { isWorking, storage }: PlannedWorks): SeededSite {
  const size = whole(random, 6, 24);
  const racks = whole(random, 2, 4);
  const webFloor = whole(random, 1, Math.max(1, Math.floor(size / 5)));
  const compileFloor = whole(random, 1, 2);
  const files = new Map([
    ["retask.yaml", RETASK + (storage === null ? "" : servers(storage))],
    ["fleet.yaml", fleet(size, racks)],
    ["policies/web.yaml", web(random, webFloor) + (isWorking ? HEALTH : "")],
    ["policies/compile.yaml", compile(compileFloor)],
    ["policies/limits.yaml", limits(random)],
  ]);
  const spares = whole(random, 0, 1);
  const begin = new Map([
    [WEB, Math.max(webFloor, Math.floor(size / 3))],
    [COMPILE, size - spares - Math.max(webFloor, Math.floor(size / 3))],
  ]);
  return { files, site: siteOf(files), begin };
}

/** Throws what an operator would be told. */
export function siteOf(files: ReadonlyMap<string, string>): Site {
  const parsed = parseConfiguration(files);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.configuration.site;
}

export const whole = (random: Random, low: number, high: number): number => Math.floor(random.between(low, high + 1));

const RETASK = `mode: auto
bootLinks: /srv/tftp
prometheus: http://10.0.1.5:9090
haproxy: unix:/run/h.sock
bmc: { user: u, passwordFile: /p }
`;

/** Each the other's mirror; the fleet names them as its machines' homes. */
const servers = ({ failOver, bootsAtOnce }: NonNullable<PlannedWorks["storage"]>): string => {
  const server = (name: string, address: string, mirror: string) =>
    `  - { name: ${name}, address: ${address}, mirror: ${mirror}, failOver: ${failOver}, bootsAtOnce: ${bootsAtOnce} }\n`;
  return `storage:\n${server("nfs-a", "10.0.1.20", "nfs-b")}${server("nfs-b", "10.0.1.21", "nfs-a")}`;
};

const fleet = (size: number, racks: number): string =>
  `machines:\n${Array.from({ length: size }, (_, at) => machineLine(at + 1, racks)).join("\n")}\n`;

function machineLine(n: number, racks: number): string {
  const two = String(n).padStart(2, "0");
  const domains = `{ rack: r${(n % racks) + 1}, storage: nfs-${n % 2 === 0 ? "a" : "b"} }`;
  return `  - { name: m${two}, ip: 10.0.3.${n}, mac: "00:11:22:33:44:${two}", bmc: 10.0.9.${n}, domains: ${domains} }`;
}

const HEALTH = "health: [{ query: 'sum(rate(errors{machine=~\"{machines}\"}[5m]))', below: 1 }]\n";

const web = (random: Random, floor: number): string => `role: web
images: { production: web.production }
demand: { series: s, perMachine: ${SESSIONS_PER_MACHINE}, headroom: 10%, confirm: c, suspectFor: 30m }
machines: { floor: ${floor} }
hold: { up: 1m, down: ${whole(random, 5, 15)}m }
warmUp: ${whole(random, 0, 1)}m
traffic: { haproxy: { backend: web } }
`;

const compile = (floor: number): string => `role: compile
images: { production: compile.production }
demand: rest
machines: { floor: ${floor} }
traffic: { distcc: { hostsFile: /srv/hosts } }
`;

const limits = (random: Random): string => `limits:
  atOnce: ${whole(random, 1, 3)}
  perHour: 60%
  perDomain: { rack: 2, storage: 3 }
  dwell: ${whole(random, 5, 20)}m
`;
