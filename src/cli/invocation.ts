/** One run of a command: its global options, where its output goes, and the daemon that it talks to. */
import type { Command } from "commander";
import { type DaemonClient, daemonClient } from "./daemon-client.ts";
import { findDaemon, type GlobalOptions } from "./find-daemon.ts";
import { type Look, lookOf } from "./text/look.ts";
import { safeDeep, safeJson, safeLines } from "./text/safe-text.ts";

export interface Invocation {
  readonly options: GlobalOptions;
  readonly look: Look;
  readonly daemon: () => Promise<DaemonClient>;
  /** Data, on standard output: as JSON where that is asked for, else as text, with every string of the data made safe. */
  show<T>(data: T, text: (shown: T, look: Look) => string): void;
  /** A message, on standard error. */
  note(message: string): void;
}

export function invocationOf(command: Command): Invocation {
  const options = command.optsWithGlobals<GlobalOptions>();
  const look = lookOf(process.stdout, process.env);
  return {
    options,
    look,
    daemon: async () => daemonClient(await findDaemon(options, process.env)),
    show(data, text) {
      process.stdout.write(`${options.json === true ? safeJson(data) : text(safeDeep(data), look)}\n`);
    },
    note: printMessage,
  };
}

/** Standard error is for people: nothing on it is for programs. */
export function printMessage(message: string): void {
  process.stderr.write(`${safeLines(message)}\n`);
}
