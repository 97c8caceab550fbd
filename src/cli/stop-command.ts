/** `retask stop`: raises the flag file that even a hung daemon honours at its next step, and the next start too. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { readSitePaths } from "../control/site-paths.ts";
import { clearStopFlag, raiseStopFlag, readStopFlag, stopFlagFile } from "../control/stop-flag.ts";
import { isTicking, type StatusAnswer } from "./answers.ts";
import { asLine } from "./arguments.ts";
import { CommandFailed } from "./command-failed.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { helpText } from "./help-text.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { authorOf, withAuthor } from "./override-options.ts";

interface StopOptions {
  readonly reason: string;
  readonly author?: string;
  readonly clear?: boolean;
}

const CONFIRM_MS = 2_000;
const PAUSE_MS = 200;

const ABOUT = `Works on this machine alone, and without the daemon's help: it writes a file beside the store. From its next step on the
daemon starts no new operation; machines in operation reach a safe state, and all others go on serving. A daemon that is
started later honours the file, too. \`retask stop --clear\` removes it.`;

export function addStopCommand(program: Command): void {
  withAuthor(program.command("stop").description("let nothing new start, even with the daemon hung or dead"))
    .option("--reason <text>", "why; status shows it", asLine, "no reason was given")
    .option("--clear", "take the stop back")
    .addHelpText("after", helpText({ about: ABOUT, examples: ['stop --reason "smoke in rack 2"', "stop --clear"] }))
    .action(async (options: StopOptions, command: Command) => {
      const cli = invocationOf(command);
      const { storeFile } = await readSitePaths(cli.options.site);
      const file = stopFlagFile(storeFile);
      if (options.clear === true) return clear(cli, file);
      return stop(cli, file, options);
    });
}

async function stop(cli: Invocation, file: string, options: StopOptions): Promise<void> {
  await writing(file, () => raiseStopFlag(file, `${authorOf(options)}: ${options.reason}`));
  const confirmed = await confirm(await cli.daemon());
  const why = readStopFlag(file);
  const raised = { flag: file, stopped: why, confirmed };
  cli.show("stop", raised, (shown) => `stopped: ${shown.stopped} (${shown.flag})`);
  cli.note(
    confirmed
      ? "the daemon says that it has stopped; machines in operation reach a safe state, all others go on serving"
      : "no daemon confirmed it within 2 s; whatever runs honours the file at its next step, and so does the next start",
  );
}

async function clear(cli: Invocation, file: string): Promise<void> {
  const removed = await writing(file, () => clearStopFlag(file));
  cli.show("stopCleared", { flag: file, removed }, (shown) =>
    shown.removed ? `no longer stopped (${shown.flag} is gone)` : `it was not stopped (there is no ${shown.flag})`,
  );
}

async function writing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailed(
      `the flag file ${file} can't be written (${code ?? String(error)}): nothing was changed\n` +
        "  run it on retask's own machine, as root or as retask's user; is --site right?",
    );
  }
}

/** The daemon looks at the flag once a tick, so a daemon in order may well need longer than anyone wants to wait here. */
async function confirm(daemon: DaemonClient): Promise<boolean> {
  const endsAt = performance.now() + CONFIRM_MS;
  for (;;) {
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0) return false;
    const answer = await daemon.ask({ method: "GET", path: "/v1/status", deadlineMs: Math.ceil(leftMs) });
    // Nobody is there, or it hangs: either way nothing will confirm it.
    if (!answer.ok) return false;
    const status = answer.value as StatusAnswer;
    if (isTicking(status) && status.modes.stop === "stopped") return true;
    await sleep(PAUSE_MS);
  }
}
