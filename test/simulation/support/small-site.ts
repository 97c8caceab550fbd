/** A farm of four machines with short holds: a whole re-tasking takes minutes of simulated time. */
import { parseConfiguration } from "../../../src/control/configuration/parse-configuration.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import type { DemandFacts } from "../../../src/core/domain/observation.ts";
import { known } from "../../../src/core/domain/reading.ts";
import type { Site } from "../../../src/core/domain/site.ts";

export const WEB = roleName("web");
export const COMPILE = roleName("compile");

const machine = (n: number): string =>
  `  - { name: m0${n}, ip: 10.0.3.${n}, mac: "00:11:22:33:44:0${n}", bmc: 10.0.9.${n}, domains: { rack: r1 } }`;

const FILES = new Map([
  [
    "retask.yaml",
    "mode: auto\nbootLinks: /srv/tftp\nprometheus: http://10.0.1.5:9090\nhaproxy: unix:/run/h.sock\nbmc: { user: u, passwordFile: /p }\n",
  ],
  ["fleet.yaml", `machines:\n${[1, 2, 3, 4].map(machine).join("\n")}\n`],
  [
    "policies/web.yaml",
    "role: web\nimages: { production: web.production }\ndemand: { series: s, perMachine: 10, headroom: 0% }\nmachines: { floor: 1 }\nhold: { up: 10s, down: 10s }\ntraffic: { haproxy: { backend: web } }\n",
  ],
  [
    "policies/compile.yaml",
    "role: compile\nimages: { production: compile.production }\ndemand: rest\nmachines: { floor: 1 }\ntraffic: { distcc: { hostsFile: /srv/hosts } }\n",
  ],
  ["policies/limits.yaml", "limits: { atOnce: 1, perHour: 100%, dwell: 1s }\n"],
]);

export function smallSite(): Site {
  const parsed = parseConfiguration(FILES);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.configuration.site;
}

export const webDemand = (sessions: number) => (): DemandFacts => ({ demand: known(sessions), confirm: null });
