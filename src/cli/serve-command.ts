/** `retask serve`: the daemon, until it is told to end. */
import type { Command } from "commander";
import { CommandFailed } from "./command-failed.ts";

const HELP = `
Logs JSON to standard output. SIGHUP reads the configuration again; SIGTERM and SIGINT end it in order: running effects are
waited for, operations go on at the next start. A dry run keeps its record in memory: it sees none of the daemon's overrides,
quarantines and spent limits, and takes as adopted whatever \`retask adopt\` would.

Exit codes: 0 ended as told, 1 could not start.`;

export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .description("run the daemon")
    .option("--dry-run", "observe, decide and plan, but start, write and spawn nothing", false)
    .option("--log-level <level>", "trace, debug, info, warn or error", "info")
    .addHelpText("after", HELP)
    .action(async (given: { dryRun: boolean; logLevel: string }, command: Command) => {
      const { site } = command.optsWithGlobals<{ site: string }>();
      process.exitCode = await serve(site, given.dryRun, given.logLevel);
    });
}

async function serve(siteDir: string, dryRun: boolean, level: string): Promise<number> {
  // Loaded only here: every other command would wait for the whole daemon's code.
  const [{ pino }, { startDaemon }, { systemdWatchdog }] = await Promise.all([
    import("pino"),
    import("./daemon.ts"),
    import("./watchdog.ts"),
  ]).catch((error: unknown) => {
    const advice =
      "better-sqlite3, the store, is an npm package that compiles: apt-get install python3 make g++, then npm ci";
    throw new CommandFailed(`the daemon's code can't be loaded: ${String(error)}; ${advice}`);
  });
  // Synchronous: the last lines before an exit are the ones that matter.
  const logger = pino({ level, base: { dryRun: dryRun || undefined } }, pino.destination({ sync: true }));
  const watchdog = systemdWatchdog(dryRun, logger);
  const started = await startDaemon({ siteDir, logger, dryRun, watchers: [watchdog] });
  if (!started.ok) {
    logger.fatal(started.why);
    return 1;
  }
  const { daemon } = started;
  logger.info({ address: daemon.address, site: siteDir, dryRun }, "retask serves");
  watchdog.ready();
  process.on("SIGHUP", () => void daemon.reload());
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
  });
  logger.info("ending");
  await daemon.stop();
  return 0;
}
