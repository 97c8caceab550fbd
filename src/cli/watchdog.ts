/** systemd's watchdog: told that the daemon is ready, and after each tick that the loop still turns. */
import { spawn } from "node:child_process";
import type { Logger } from "pino";
import type { Watcher } from "../control/controller.ts";

const SHORTEST_MS = 10_000;

export interface Watchdog extends Watcher {
  ready(): void;
}

/**
 * Speaks through `systemd-notify`: Node has no Unix datagram sockets. The address is taken out of the environment, so that
 * no ipmitool and no hook inherits it. Without it, and in a dry run, which spawns nothing, the watchdog is silent.
 */
export function systemdWatchdog(dryRun: boolean, logger: Logger): Watchdog {
  const socket = process.env.NOTIFY_SOCKET;
  delete process.env.NOTIFY_SOCKET;
  if (socket === undefined || dryRun) return { ready: () => {} };

  let failed = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  const notify = (message: string): void => {
    const child = spawn("systemd-notify", [message], {
      stdio: "ignore",
      env: { PATH: process.env.PATH, NOTIFY_SOCKET: socket },
    });
    child.once("error", (error) => {
      if (!failed)
        logger.error({ why: error.message }, "systemd can't be told that retask is alive, and will restart it");
      failed = true;
    });
  };
  return {
    ready: () => notify("READY=1"),
    onTick: () => {
      if (performance.now() - lastMs < SHORTEST_MS) return;
      lastMs = performance.now();
      notify("WATCHDOG=1");
    },
  };
}
