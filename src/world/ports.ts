/**
 * The ports: what the controller needs of the world, named by need. The real adapters live beside this file, one folder
 * per outside system; the simulated world implements the same interfaces. All are asynchronous, none ever throws for an
 * expected failure, and every call obeys its `signal`, which fires at the tick's deadline.
 */
import type { Machine } from "../core/domain/fleet.ts";
import type { ImageName, MachineName, RoleName } from "../core/domain/names.ts";
import type {
  BeaconReport,
  BmcCode,
  BootServerFact,
  DemandFacts,
  DistccLoad,
  LinkFact,
  TrafficFact,
} from "../core/domain/observation.ts";
import type { Demand, TrafficPolicy } from "../core/domain/policy.ts";
import type { Reading } from "../core/domain/reading.ts";
import type { Schedule, ScheduleFact } from "../core/domain/schedule.ts";
import type { StorageFacts, StorageServer } from "../core/domain/storage.ts";

export interface Clock {
  /** Unix time in ms; may jump. */
  wallMs(): number;
  /** Never goes back; only differences mean anything. */
  monotonicMs(): number;
  /** A signal that aborts after so many ms of monotonic time, or when `within` does. */
  deadline(ms: number, within?: AbortSignal): AbortSignal;
}

/** Whether cron windows are open, by node-cron's own matching. */
export interface Calendar {
  at(schedule: Schedule, wallMs: number): ScheduleFact;
}

/** Demand that some monitoring system measures: roles whose demand is `series` or `expression`. */
export interface LoadMeter {
  read(role: RoleName, demand: Demand & { kind: "series" | "expression" }, signal: AbortSignal): Promise<DemandFacts>;
}

/** A policy's health queries: one number about some machines, from the same monitoring system. */
export interface HealthMeter {
  /** `{machines}` in the query stands for a pattern of these machines' names. */
  read(query: string, machines: readonly MachineName[], signal: AbortSignal): Promise<Reading>;
}

/** Demand in its own unit, or null where it is not known. */
export interface PastPoint {
  readonly atMs: number;
  readonly value: number | null;
}

export type PastAnswer =
  | { readonly ok: true; readonly points: readonly PastPoint[] }
  | { readonly ok: false; readonly why: string };

/** The same demand over past weeks, where the monitoring system keeps it. */
export interface PastLoad {
  /** Unix ms, both ends included; a point for each minute that there is one for. Has deadlines of its own: it takes seconds. */
  read(demand: Demand & { kind: "series" | "expression" }, fromMs: number, toMs: number): Promise<PastAnswer>;
}

export type Heard<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

export interface Beacons {
  read(machine: Machine, signal: AbortSignal): Promise<Heard<BeaconReport>>;
}

/** distccd's own statistics: in flight and slots; the queue is not among them (`null`). */
export interface BuildMeter {
  read(machine: Machine, signal: AbortSignal): Promise<Heard<DistccLoad>>;
}

export type PowerReply =
  | { readonly ok: true; readonly power: "on" | "off" }
  | { readonly ok: false; readonly code: BmcCode; readonly why: string };

export type BmcReply = { readonly ok: true } | { readonly ok: false; readonly code: BmcCode; readonly why: string };

export interface Enrolment {
  readonly guid: string;
  /** IPMI cipher suite, 17 or 3. */
  readonly cipherSuite: number;
}

export type EnrolReply =
  | { readonly ok: true; readonly enrolment: Enrolment }
  | { readonly ok: false; readonly code: BmcCode; readonly why: string };

/** IPMI's boot flags. Not `persistent`: they hold for the next start alone. */
export interface BootFlags {
  readonly network: boolean;
  readonly persistent: boolean;
  readonly firmware: "bios" | "uefi";
}

/** `keep`: do not drop the flags by a time-out of the BMC's own; the others: boot by the network, always. */
export type BootFlagsStep = "keep" | BootFlags["firmware"];

export type BootFlagsReply =
  | { readonly ok: true; readonly flags: BootFlags }
  | { readonly ok: false; readonly code: BmcCode; readonly why: string };

/**
 * Power over the BMC. Each call is at most one ipmitool process, except `enrol`, which tries the cipher suites once.
 * Calls for one BMC queue behind each other, a minimum interval apart.
 */
export interface Power {
  enrol(machine: Machine, signal: AbortSignal): Promise<EnrolReply>;
  status(machine: Machine, enrolment: Enrolment, signal: AbortSignal): Promise<PowerReply>;
  /** Fails with RTK_BMC_WRONG_GUID unless the BMC's GUID is the enrolled one. */
  identify(machine: Machine, enrolment: Enrolment, signal: AbortSignal): Promise<BmcReply>;
  softOff(machine: Machine, enrolment: Enrolment, signal: AbortSignal): Promise<BmcReply>;
  hardOff(machine: Machine, enrolment: Enrolment, signal: AbortSignal): Promise<BmcReply>;
  on(machine: Machine, enrolment: Enrolment, signal: AbortSignal): Promise<BmcReply>;
  /** That the BMC took it says nothing of whether it keeps it: read the flags back. */
  setBootFlags(machine: Machine, enrolment: Enrolment, step: BootFlagsStep, signal: AbortSignal): Promise<BmcReply>;
  bootFlags(machine: Machine, enrolment: Enrolment, signal: AbortSignal): Promise<BootFlagsReply>;
}

export type Changed =
  | { readonly ok: true; readonly changed: boolean }
  | { readonly ok: false; readonly code: string; readonly why: string };

export interface ImageCatalogue {
  /** What each channel (a link that only retask reads, or a plain file that is its own version) means now. */
  readonly channels: ReadonlyMap<ImageName, ImageName>;
  /** Every image file, with the role that its `# retask:` line or its kernel command line states. */
  readonly images: ReadonlyMap<ImageName, RoleName | null>;
  /** The file server that an image's kernel command line names for its root; absent where it names none. */
  readonly roots: ReadonlyMap<ImageName, string>;
}

/** What the machines boot: pxelinux's links, and GRUB's where the fleet says so. */
export interface BootLinks {
  read(machine: Machine, signal: AbortSignal): Promise<LinkFact>;
  /** Points the machine's link at the image's file, atomically. Refused while the link is shadowed or foreign. */
  point(machine: Machine, image: ImageName, signal: AbortSignal): Promise<Changed>;
  /** Whether links could be written now: preflight asks before anything is drained. */
  writable(machine: Machine, signal: AbortSignal): Promise<Changed>;
  catalogue(signal: AbortSignal): Promise<Heard<ImageCatalogue>>;
  /** Points a channel at an image, in every loader's directory that has it. */
  moveChannel(channel: ImageName, image: ImageName, signal: AbortSignal): Promise<Changed>;
  /** Whether this controller owns the TFTP root: takes an unowned one (unless dry), never a foreign one. */
  own(owner: string, signal: AbortSignal): Promise<Changed>;
}

/** Whether a file server serves, by two sources that know nothing of each other. */
export interface StorageWatch {
  ask(server: StorageServer, signal: AbortSignal): Promise<StorageFacts>;
}

/** What the TFTP server really serves. */
export interface BootServer {
  /** A cheap sign of life. */
  probe(signal: AbortSignal): Promise<BootServerFact>;
  /** Fetches the image's file, and the kernel and initrds that it names, whole or by their first block. */
  fetch(machine: Machine, image: ImageName, signal: AbortSignal): Promise<Heard<{ readonly files: readonly string[] }>>;
}

/** What a boot leaves behind outside the machine: the TFTP server's log, the serial console. Never proof, only a hint. */
export interface BootLog {
  /** A machine is about to be switched on: what the logs hold so far is not this boot's. */
  begin(machine: Machine, signal: AbortSignal): Promise<void>;
  /** How far its boot has come, in words; null where the site keeps no such log. */
  stage(machine: Machine, signal: AbortSignal): Promise<string | null>;
}

/** One role's traffic, over all the systems that its policy names. */
export interface Traffic {
  /** One fact for each machine asked for. */
  read(
    role: RoleName,
    policy: TrafficPolicy,
    machines: readonly Machine[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<MachineName, TrafficFact>>;
  /** No new work for this machine, on every system; safe to repeat. */
  off(role: RoleName, policy: TrafficPolicy, machine: Machine, signal: AbortSignal): Promise<Changed>;
  on(role: RoleName, policy: TrafficPolicy, machine: Machine, signal: AbortSignal): Promise<Changed>;
}

export interface World {
  /** Nothing of it is real: its machines, BMCs and servers are at none of the addresses that the site's files name. */
  readonly simulated?: true;
  readonly clock: Clock;
  readonly calendar: Calendar;
  readonly load: LoadMeter;
  readonly health: HealthMeter;
  /** Absent: only what retask recorded by itself is known of the past. */
  readonly pastLoad?: PastLoad;
  readonly beacons: Beacons;
  readonly builds: BuildMeter;
  readonly power: Power;
  readonly links: BootLinks;
  readonly bootServer: BootServer;
  readonly bootLog: BootLog;
  readonly traffic: Traffic;
  readonly storage: StorageWatch;
}

/** What a receiver of notifications made of one message. */
export type Posted =
  | { readonly kind: "taken"; readonly status: number }
  /** Worth another try: no earlier than after `retryAfterMs`, where the receiver said so. */
  | { readonly kind: "failed"; readonly why: string; readonly retryAfterMs: number | null }
  /** It will never take this message. */
  | { readonly kind: "refused"; readonly why: string };

/** Carries messages to a receiver outside, off the loop: no tick waits for it. `body`: plain JSON. */
export interface Webhook {
  post(body: unknown, signal: AbortSignal): Promise<Posted>;
}
