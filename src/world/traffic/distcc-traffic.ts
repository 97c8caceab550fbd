/** Traffic of build machines by distcc's hosts file, from which the clients choose their servers. */

import pLimit, { type LimitFunction } from "p-limit";
import type { Logger } from "pino";
import type { Machine } from "../../core/domain/fleet.ts";
import type { MachineName } from "../../core/domain/names.ts";
import type { TrafficFact } from "../../core/domain/observation.ts";
import type { TrafficPolicy } from "../../core/domain/policy.ts";
import type { Changed } from "../ports.ts";
import { beforeAbort } from "./before-abort.ts";
import { flawOf } from "./distcc-entry.ts";
import { checkHosts } from "./distcc-hosts-check.ts";
import { type HostsFile, readHostsFile, replaceHostsFile } from "./distcc-hosts-file.ts";
import { entriesFor, entriesOf, withMachine, withoutMachine } from "./distcc-hosts-text.ts";
import { type Failed, failed, type TrafficState, type TrafficSystem } from "./traffic-system.ts";

/** Somebody else may save the file between our reading and our rename; more often than this in a row is no accident. */
const ATTEMPTS = 5;

export type DistccPolicy = NonNullable<TrafficPolicy["distcc"]>;

/** What is shared by all roles: a hosts file has one writer at a time, or two machines' changes would undo each other. */
export interface HostsFiles {
  readonly writers: Map<string, LimitFunction>;
  /** Reads under way. A file on a dead NFS server must not take one more of the few file threads at each tick. */
  readonly reads: Map<string, Promise<HostsFile | Failed>>;
}

export const newHostsFiles = (): HostsFiles => ({ writers: new Map(), reads: new Map() });

/** An absent entry is `off` with `busy: null`: the file knows nothing of jobs still running; distccd's statistics do. */
export function distccTraffic(policy: DistccPolicy, files: HostsFiles, logger: Logger): TrafficSystem {
  return {
    name: "distcc",
    read: async (machines, signal) => {
      const late = failed("RTK_DISTCC_HOSTS_READ", `${policy.hostsFile} could not be read within the deadline`);
      const file = await beforeAbort(sharedRead(files, policy.hostsFile), signal, late);
      return new Map(
        machines.map((machine) => [machine.name, factOf(file, policy, machine)] as [MachineName, TrafficFact]),
      );
    },
    set: (machine, state, signal) => {
      const writer = files.writers.get(policy.hostsFile) ?? pLimit(1);
      files.writers.set(policy.hostsFile, writer);
      const late = failed(
        "RTK_DISTCC_HOSTS_WRITE",
        `${policy.hostsFile} was not changed within the deadline; retask tries again; check the file system it lies on`,
      );
      const change = writer(() => (signal.aborted ? late : changeEntry(policy, machine, state, signal, logger)));
      return beforeAbort<Changed>(change, signal, late);
    },
  };
}

function sharedRead(files: HostsFiles, path: string): Promise<HostsFile | Failed> {
  const running = files.reads.get(path);
  if (running !== undefined) return running;
  const reading = readHostsFile(path).finally(() => files.reads.delete(path));
  files.reads.set(path, reading);
  return reading;
}

function factOf(file: HostsFile | Failed, policy: DistccPolicy, machine: Machine): TrafficFact {
  if ("ok" in file) return { kind: "unknown", why: file.why };
  return entriesFor(file.text, policy.entry, machine).length > 0
    ? { kind: "on", up: true }
    : { kind: "off", busy: null };
}

async function changeEntry(
  policy: DistccPolicy,
  machine: Machine,
  state: TrafficState,
  signal: AbortSignal,
  logger: Logger,
): Promise<Changed> {
  const edit = state === "off" ? withoutMachine : withMachine;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const file = await readHostsFile(policy.hostsFile);
    if ("ok" in file) return file;
    const text = edit(file.text, policy.entry, machine);
    if (text === file.text) return { ok: true, changed: false };

    const refusal = await refusalOf(text, policy, machine, signal, logger);
    if (refusal !== null) return refusal;
    // The check took a while: a caller that has given up must not find the file changed later.
    if (signal.aborted)
      return failed("RTK_DISTCC_HOSTS_WRITE", `${policy.hostsFile}: the deadline passed before the write`);
    const outcome = await replaceHostsFile(file, text);
    if (outcome === "replaced") {
      if (entriesOf(text).length === 0)
        logger.warn({ file: file.path }, "the distcc hosts file is now empty: compiles run on the clients alone");
      return { ok: true, changed: true };
    }
    if (outcome !== "changed") return outcome;
  }
  const why = `${policy.hostsFile} was changed by somebody else ${ATTEMPTS} times while retask edited it`;
  return failed("RTK_DISTCC_HOSTS_WRITE", `${why}; retask tries again; find out what writes it`);
}

/** One bad word voids the whole file and sends every compile back to its client, so a doubtful file is never put in place. */
async function refusalOf(
  text: string,
  policy: DistccPolicy,
  machine: Machine,
  signal: AbortSignal,
  logger: Logger,
): Promise<Failed | null> {
  const refused = (why: string): Failed =>
    failed("RTK_DISTCC_HOSTS_REFUSED", `${policy.hostsFile} stays as it was: ${why}`);
  for (const entry of entriesFor(text, policy.entry, machine)) {
    const flaw = flawOf(entry);
    if (flaw !== null)
      return refused(
        `the entry ${entry} for ${machine.name} would void it, ${flaw}; correct traffic.distcc.entry in the policy`,
      );
  }
  const check = await checkHosts(text, signal);
  if (check.kind === "unchecked")
    logger.debug({ file: policy.hostsFile, why: check.why }, "hosts file not checked by distcc");
  return check.kind === "void"
    ? refused(`distcc would not take the new one (${check.why}); correct the file, then run \`distcc --show-hosts\``)
    : null;
}
