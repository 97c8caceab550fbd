/** A simulated farm behind a site's real files: kept, watched and judged as the daemon does, with boot links on a disk. */
import type { Logger } from "pino";
import { keepConfiguration } from "../../control/configuration/keep-configuration.ts";
import type { ConfigurationKeeper } from "../../control/configuration/keeper.ts";
import { describeProblems } from "../../control/configuration/problem.ts";
import type { Watcher } from "../../control/controller.ts";
import { machinesOff } from "../../control/machines-off.ts";
import { ownerName } from "../../control/owner-name.ts";
import { roleName } from "../../core/domain/names.ts";
import { simulatedChannels, simulatedFiles } from "../../simulation/simulated-images.ts";
import { Simulation } from "../../simulation/simulation.ts";
import type { Store } from "../../store/store.ts";
import { type BootLinksOnDisk, createBootLinks } from "../../world/boot-links/boot-links.ts";
import { createCalendar } from "../../world/calendar/cron-calendar.ts";
import { makeBootDirectory } from "./boot-directory.ts";

export interface DemoFarmOptions {
  /** The site's files. */
  readonly siteDir: string;
  /** Below it come the boot links and the NFS roots. */
  readonly bootDir: string;
  readonly store: Store;
  readonly logger: Logger;
  readonly seed: number;
  readonly startWallMs: number;
  readonly stopped: () => string | null;
  /** Whatever retask.yaml says; absent: what it says. */
  readonly mode?: "advise" | "auto";
  readonly watchers?: readonly Watcher[];
}

export interface DemoFarm {
  readonly simulation: Simulation;
  readonly keeper: ConfigurationKeeper;
  readonly links: BootLinksOnDisk;
  /** The directory of the boot links. */
  readonly linksDir: string;
}

const BEGIN_WEB = 8;

/** Machines up in their roles, and nothing adopted yet. The caller closes the keeper. */
export async function startDemoFarm(options: DemoFarmOptions): Promise<DemoFarm> {
  const { siteDir, bootDir, store, logger, seed, startWallMs, stopped, mode, watchers = [] } = options;
  let simulation: Simulation | null = null;
  const kept = await keepConfiguration({
    dir: siteDir,
    store,
    log: logger,
    wallMs: () => simulation?.world.clock.wallMs() ?? startWallMs,
    offMachines: () => (simulation === null ? new Set() : machinesOff(simulation.controller)),
  });
  if (!kept.ok) throw new Error(describeProblems(kept.problems, false));
  const { keeper } = kept;
  const { site } = keeper.current();
  const boot = await makeBootDirectory(bootDir, simulatedFiles(site), simulatedChannels(site));
  const links = createBootLinks({ directories: { pxelinux: boot.path }, dryRun: false, log: logger });
  const started = await Simulation.start({
    site,
    seed,
    startWallMs,
    calendar: createCalendar(),
    store,
    logger,
    owner: ownerName(await store.storeId()),
    begin: new Map([
      [roleName("web"), BEGIN_WEB],
      [roleName("compile"), site.machines.size - BEGIN_WEB],
    ]),
    links: { port: links, ...boot },
    watchers,
    around: {
      asSeen: (seen) => seen,
      configured: { site: () => keeper.current().site, mode: () => mode ?? keeper.current().settings.mode },
      stopped,
      served: (_, target) => target,
    },
  });
  simulation = started;
  // As if the DHCP server were told of every change at once.
  keeper.onChange(({ site: { machines } }) => started.world.readdress(machines.values()));
  return { simulation: started, keeper, links, linksDir: boot.path };
}
