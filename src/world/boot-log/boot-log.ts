/**
 * How far a boot has come, by the traces that it leaves outside the machine: the TFTP server's log and the machine's serial
 * console. They prove nothing and decide nothing; they spare whoever reads "did not come up" a walk to the machine.
 */
import type { Machine } from "../../core/domain/fleet.ts";
import type { MachineName } from "../../core/domain/names.ts";
import type { BootLog } from "../ports.ts";
import { type Mark, markNow, newText } from "./new-text.ts";
import { loggedRequests } from "./tftp-log.ts";

export interface BootLogOptions {
  /** The TFTP server's log file. */
  readonly tftp?: string | undefined;
  /** The serial console's file of one machine; `{name}` stands for the machine's name. */
  readonly console?: string | undefined;
}

/** A busy server's log of one boot, a console's last screen. */
const TFTP_BYTES = 262_144;
const CONSOLE_BYTES = 4_096;
/** The boot link, the kernel, its initrds. */
const SHOWN_REQUESTS = 4;
const SHOWN_CHARACTERS = 160;
/** Colours and cursor movements, then whatever else does not print. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /\u001b\[[0-9;?]*[A-Za-z]|\p{Cc}|\p{Cf}/gu;

interface Marks {
  readonly tftp: Mark | null;
  readonly console: Mark | null;
}

export function createBootLog(options: BootLogOptions): BootLog {
  const marks = new Map<MachineName, Marks>();
  const mark = async (machine: Machine): Promise<Marks> => {
    const { tftp, console } = pathsOf(options, machine);
    const marked = { tftp: await markOf(tftp), console: await markOf(console) };
    marks.set(machine.name, marked);
    return marked;
  };
  const stage = async (machine: Machine): Promise<string | null> => {
    // After a restart in mid-boot: only what is new from now on, for the rest may be an earlier boot's.
    const since = marks.get(machine.name) ?? (await mark(machine));
    const { tftp, console } = pathsOf(options, machine);
    const told = [
      tftp === undefined ? null : await tftpStage(tftp, since.tftp, machine.ip),
      console === undefined ? null : await consoleStage(console, since.console),
    ].filter((words) => words !== null);
    return told.length === 0 ? null : told.join("; ");
  };
  return {
    begin: (machine, signal) => inTime(mark(machine).then(noWords), signal, undefined),
    stage: (machine, signal) => inTime(stage(machine), signal, "the boot logs could not be read in time"),
  };
}

const noWords = (): undefined => undefined;

/** Logs may lie on a file system that hangs; the call is then left to itself. */
function inTime<T>(answer: Promise<T>, signal: AbortSignal, late: T): Promise<T> {
  const aborted = new Promise<T>((resolve) => {
    if (signal.aborted) resolve(late);
    signal.addEventListener("abort", () => resolve(late), { once: true });
  });
  return Promise.race([answer, aborted]);
}

const pathsOf = ({ tftp, console }: BootLogOptions, { name }: Machine): BootLogOptions => ({
  tftp,
  console: console?.replaceAll("{name}", name),
});

const markOf = async (path: string | undefined): Promise<Mark | null> =>
  path === undefined ? null : await markNow(path);

async function tftpStage(path: string, since: Mark | null, ip: string): Promise<string> {
  const lines = await linesOf(path, since, TFTP_BYTES);
  if (!lines.ok) return lines.why;
  const requests = loggedRequests(lines.lines, ip).slice(-SHOWN_REQUESTS);
  if (requests.length === 0) return "it asked for nothing over TFTP";
  const names = requests.map(({ file, error }) => (error === null ? file : `${file} (${error})`));
  return cut(`its last TFTP requests: ${names.join(", ")}`);
}

async function consoleStage(path: string, since: Mark | null): Promise<string> {
  const lines = await linesOf(path, since, CONSOLE_BYTES);
  if (!lines.ok) return lines.why;
  const last = lines.lines.findLast((line) => line !== "");
  return last === undefined ? "nothing on its console" : `last on its console: ${cut(last)}`;
}

type Lines = { readonly ok: true; readonly lines: readonly string[] } | { readonly ok: false; readonly why: string };

async function linesOf(path: string, since: Mark | null, maxBytes: number): Promise<Lines> {
  try {
    const text = await newText(path, since, maxBytes);
    return { ok: true, lines: text.split(/[\r\n]+/).map((line) => line.replace(UNPRINTABLE, "").trim()) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { ok: false, why: `${path} can't be read (${code})` };
  }
}

const cut = (text: string): string => (text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
