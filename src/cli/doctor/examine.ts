/** `retask doctor` from the site's files to its findings. Nothing is switched, written, relinked or set on the way. */
import { setMaxListeners } from "node:events";
import { pino } from "pino";
import type { Configuration } from "../../control/configuration/configuration.ts";
import { loadConfiguration } from "../../control/configuration/load-configuration.ts";
import type { Problem } from "../../control/configuration/problem.ts";
import type { Machine } from "../../core/domain/fleet.ts";
import { httpBeacons } from "../../world/beacons/http-beacons.ts";
import { createBootLinks } from "../../world/boot-links/boot-links.ts";
import { bootLinkName } from "../../world/boot-links/names.ts";
import { createBootServer } from "../../world/boot-server/boot-server.ts";
import { systemClock } from "../../world/clock/system-clock.ts";
import { checkIpmitool } from "../../world/power/check-ipmitool.ts";
import { ipmitoolPower } from "../../world/power/ipmitool-power.ts";
import { CommandFailed } from "../command-failed.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { isSimulated } from "../simulated.ts";
import { bmcDeadlineMs, IPMITOOL_PROCESSES } from "./bmc-time.ts";
import { checks } from "./checks.ts";
import { counted, type Examined, each, type Identity, type Recorded } from "./examined.ts";
import { type CheckName, type Finding, findingsOf, looked, skipped } from "./finding.ts";
import { readRecorded } from "./recorded.ts";
import { runChecks } from "./run-checks.ts";

export interface Asked {
  readonly site: string;
  /** All of them where nothing is named. */
  readonly only: readonly CheckName[];
  readonly machines: readonly string[];
  readonly daemon: DaemonClient;
  /** Called with the share of the work that is done, 0 to 1. */
  readonly tell: (share: number) => void;
}

const BEACON_DEADLINE_MS = 3_000;
/** What a demo has of a site: its files, its record, and a TFTP root. */
const ON_DISK: ReadonlySet<CheckName> = new Set(["guids", "links", "images"]);
const SIMULATED = skipped("a demo: its machines and servers are simulated");

/** Files with mistakes end it: nothing that they say could be believed. */
export async function examine({ site: dir, only, machines, daemon, tell }: Asked): Promise<Finding[]> {
  const loaded = await loadConfiguration(dir);
  if (!loaded.ok)
    return findingsOf(
      "files",
      looked(
        loaded.problems.map((problem) => fileFault(dir, problem)),
        "",
      ),
    );
  const { configuration } = loaded;
  const asked = selected(configuration, machines);
  const well = `${asked.length} of ${configuration.site.machines.size} machines, ${counted(configuration.site.policies.size, "role")}`;
  const wanted = only.length === 0 ? checks : checks.filter(({ name }) => only.includes(name));
  const simulated = await isSimulated(daemon);
  const possible = simulated ? wanted.filter(({ name }) => ON_DISK.has(name)) : wanted;
  const site = examined(configuration, asked, await readRecorded(daemon, configuration.settings.store.file));
  const found = await runChecks(possible, site, tell);
  const files = only.length === 0 || only.includes("files") ? findingsOf("files", looked([], well)) : [];
  const left = wanted.filter((check) => !possible.includes(check));
  return [...files, ...found, ...left.flatMap(({ name }) => findingsOf(name, SIMULATED))];
}

function selected({ site }: Configuration, names: readonly string[]): Machine[] {
  const all = [...site.machines.values()];
  const unknown = names.filter((name) => !all.some((machine) => machine.name === name));
  if (unknown.length > 0) throw new CommandFailed(`there is no machine ${unknown.join(", ")} in fleet.yaml`);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

const fileFault = (dir: string, { file, line, path, message }: Problem) =>
  ({
    name: "site-files",
    level: "error",
    what: path === "" ? message : `${path}: ${message}`,
    where: [`${dir}/${file}${line === null ? "" : `:${line}`}`],
    why: "nothing else can be checked by files that retask would refuse",
    advice: "correct it; retask check reads the files again",
  }) as const;

function examined(configuration: Configuration, machines: readonly Machine[], recorded: Recorded): Examined {
  const { settings } = configuration;
  const { bootLinks, tftp, beacon, bmc } = settings;
  const silent = pino({ level: "silent" });
  const power = ipmitoolPower({
    user: bmc.user,
    passwordFile: bmc.passwordFile,
    intervalMs: bmc.interval,
    maxProcesses: IPMITOOL_PROCESSES,
    logger: silent,
    clock: systemClock,
  });
  const uuidOf = ({ name }: Machine): string | null => {
    const guid = recorded.enrolments.get(name)?.guid;
    return guid === undefined ? null : guid.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };
  const site: Examined = {
    configuration,
    machines,
    recorded,
    power,
    links: createBootLinks({ directories: bootLinks, dryRun: true, log: silent, uuidOf }),
    bootServer: createBootServer({
      tftp,
      directories: bootLinks,
      linkNameOf: (machine) => bootLinkName(machine.loader, machine.ip),
    }),
    beacons: httpBeacons({ port: beacon.port, deadlineMs: BEACON_DEADLINE_MS }),
    ipmitool: once(() => checkIpmitool()),
    identities: once(() => identify(site)),
    wallMs: () => systemClock.wallMs(),
  };
  return site;
}

/** One login for each BMC: by the suite that is pinned, or, where none is yet, by the ones that retask would try. */
async function identify(site: Examined): Promise<ReadonlyMap<string, Identity>> {
  const { machines, power, recorded } = site;
  const signal = AbortSignal.timeout(bmcDeadlineMs(site, 2));
  // Every BMC's turn listens to it, and that is no leak.
  setMaxListeners(0, signal);
  const identities = await each(machines, async (machine): Promise<readonly [string, Identity]> => {
    const enrolment = recorded.enrolments.get(machine.name);
    if (enrolment === undefined) {
      const reply = await power.enrol(machine, signal);
      if (!reply.ok) return [machine.name, reply];
      return [machine.name, { ok: true, guid: reply.enrolment.guid, suite: reply.enrolment.cipherSuite }];
    }
    const reply = await power.identify(machine, enrolment, signal);
    if (!reply.ok) return [machine.name, reply];
    return [machine.name, { ok: true, guid: enrolment.guid, suite: enrolment.cipherSuite }];
  });
  return new Map(identities);
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}
