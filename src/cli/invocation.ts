/** One run of a command: its global options, where its output goes, and the daemon that it talks to. */
import type { Command } from "commander";
import { type DaemonClient, daemonClient } from "./daemon-client.ts";
import { type DaemonOptions, findDaemon } from "./find-daemon.ts";
import { type JsonKind, jsonText, type Shown } from "./json-document.ts";
import { type Look, lookOf } from "./text/look.ts";
import { safeDeep, safeLines } from "./text/safe-text.ts";

export interface GlobalOptions extends DaemonOptions {
  readonly json?: boolean;
  /** False: nobody may be asked. */
  readonly input: boolean;
}

export interface Invocation {
  readonly options: GlobalOptions;
  readonly daemon: () => Promise<DaemonClient>;
  /** Data, on standard output: as JSON where that is asked for, else as text, with every string of the data made safe. */
  show<T extends Shown>(kind: JsonKind, data: T, text: (shown: T, look: Look) => string): void;
  /** As text on standard error: what a person must see before they answer. */
  tell<T>(data: T, text: (shown: T, look: Look) => string): void;
  /** A message, on standard error. */
  note(message: string): void;
}

export function invocationOf(command: Command): Invocation {
  const options = command.optsWithGlobals<GlobalOptions>();
  const look = lookOf(process.stdout, process.env);
  return {
    options,
    daemon: async () => daemonClient(await findDaemon(options, process.env)),
    show(kind, data, text) {
      process.stdout.write(`${options.json === true ? jsonText(kind, data) : text(safeDeep(data), look)}\n`);
    },
    tell(data, text) {
      process.stderr.write(`${text(safeDeep(data), lookOf(process.stderr, process.env))}\n`);
    },
    note: printMessage,
  };
}

/** Standard error is for people: nothing on it is for programs. */
export function printMessage(message: string): void {
  process.stderr.write(`${safeLines(message)}\n`);
}
