/** What one tick saw, and nothing that it decided. Every part may be unknown, and then says why. */
import type { ImageName, MachineName, OperationId, RoleName } from "./names.ts";
import type { Reading } from "./reading.ts";
import type { HealthFacts } from "./rollout.ts";
import type { ScheduleFacts } from "./schedule.ts";
import type { StorageFacts } from "./storage.ts";

/** What a booted machine reports of itself. `role` and `image` are as its kernel command line says: checked, not trusted. */
export interface BeaconReport {
  readonly machine: string;
  readonly mac: string;
  readonly role: string;
  readonly image: string;
  readonly bootId: string;
  readonly uptimeS: number;
  /** Present where the image runs distccd. */
  readonly distcc: DistccLoad | null;
}

/** Jobs on one build machine. `queue` is the listener's backlog, which only the machine itself can see. */
export interface DistccLoad {
  readonly inFlight: number;
  readonly queue: number | null;
  readonly slots: number;
}

export type BeaconFact =
  /** `ageMs`: since it was last heard; 0 when heard in this tick. */
  | { readonly kind: "heard"; readonly report: BeaconReport; readonly ageMs: number }
  | { readonly kind: "silent"; readonly why: string };

/** Power is on, off or unknown; unknown is not off (S9). */
export type PowerFact =
  /** `readings`: how many equal readings in a row, since no power command was sent between them. */
  | { readonly kind: "on" | "off"; readonly ageMs: number; readonly readings: number }
  /** `failures`: in a row; 3 make the machine unmanageable, a refused password does at once. */
  | { readonly kind: "unknown"; readonly why: string; readonly code: BmcCode | null; readonly failures: number };

/** Why a BMC did not do as asked. Stable codes, documented with what to do about each. */
export type BmcCode =
  | "RTK_BMC_AUTH"
  | "RTK_BMC_UNREACHABLE"
  | "RTK_BMC_TIMEOUT"
  | "RTK_BMC_CIPHER"
  | "RTK_BMC_PRIVILEGE"
  | "RTK_BMC_BUSY"
  | "RTK_BMC_REFUSED"
  | "RTK_BMC_GARBLED"
  | "RTK_BMC_PASSWORD_FILE"
  | "RTK_BMC_WRONG_GUID"
  /** The BMC has no GUID of its own (one that a whole product line shares): nothing could prove which machine it is. */
  | "RTK_BMC_NO_GUID"
  | "RTK_IPMITOOL_MISSING"
  | "RTK_IPMITOOL_BROKEN"
  | "RTK_DRY_RUN";

export type LinkFact =
  | { readonly kind: "image"; readonly image: ImageName }
  | { readonly kind: "missing" }
  /** A link to something that is no image of retask's, or a plain file where the link should be. */
  | { readonly kind: "foreign"; readonly target: string; readonly why?: string }
  /** A UUID or MAC file that pxelinux asks for before the hex link, which therefore never counts. */
  | { readonly kind: "shadowed"; readonly by: string }
  | { readonly kind: "unreadable"; readonly why: string };

/** What the traffic systems say of one machine, over all of them together. */
export type TrafficFact =
  /** Gets work. `up`: every proxy finds it healthy. */
  | { readonly kind: "on"; readonly up: boolean }
  /** Gets no new work; `busy` sessions or jobs are still running (`null`: cannot be counted). */
  | { readonly kind: "off"; readonly busy: number | null }
  /** The role has no traffic system. */
  | { readonly kind: "none" }
  /** Some proxies say on, some off: never both at once for long. */
  | { readonly kind: "mixed"; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string };

export interface MachineFacts {
  readonly beacon: BeaconFact;
  /** How far the boot that retask has begun seems to have come, in words; null where nothing tells. */
  readonly bootStage: string | null;
  readonly power: PowerFact;
  readonly link: LinkFact;
  /** In its own role; while in operation, in the role that the operation's phase is about (`trafficRole`). */
  readonly traffic: TrafficFact;
  /** Other roles whose traffic systems would give it work, though it isn't theirs. */
  readonly strayTraffic: readonly RoleName[];
  /** From distccd's statistics, or the beacon; `null` where the machine runs none, or it did not answer. */
  readonly distcc: DistccLoad | null;
  /** For how long distcc's in flight and queue have been 0 in every reading. */
  readonly quietMs: number;
}

export interface DemandFacts {
  readonly demand: Reading;
  /** The second signal that a big drop needs (S18); `null` where the policy names none. */
  readonly confirm: Reading | null;
}

/** What booting depends on; while it is not `ok`, operations wait and nothing is quarantined. */
export type BootServerFact = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** The state of one kind of effect that an operation has started. */
export interface EffectFact {
  readonly effect: EffectKind;
  /** `lost`: an intent of an earlier process whose result was never written. It may or may not have happened. */
  readonly state: "running" | "succeeded" | "failed" | "lost";
  readonly attempts: number;
  /**
   * Monotonic ms since the last attempt ended; while it runs, since it began; for a lost one, since this process started.
   * From the end, because a slow BMC executes the retransmitted copies of a command until its sender gives up.
   */
  readonly ageMs: number;
  readonly code: string | null;
  readonly detail: string | null;
}

export type EffectKind =
  | "preflight"
  | "trafficOff"
  | "relink"
  | "restoreLink"
  | "identify"
  | "softOff"
  | "hardOff"
  | "powerOn"
  | "trafficOn";

export interface Observation {
  /** Wall clock, for schedules, expiries and logs only. */
  readonly wallMs: number;
  /** Monotonic ms since the previous tick, clamped: holds and time-outs count only time that retask watched (S15). */
  readonly deltaMs: number;
  readonly machines: ReadonlyMap<MachineName, MachineFacts>;
  readonly demand: ReadonlyMap<RoleName, DemandFacts>;
  /** Of roles with a roll-out under way, what their policies' health queries answer. */
  readonly health: ReadonlyMap<RoleName, HealthFacts>;
  readonly schedules: ScheduleFacts;
  readonly bootServer: BootServerFact;
  /** Files that could be booted: what each channel means now. Absent: the channel is missing or broken. */
  readonly channels: ReadonlyMap<ImageName, ImageName>;
  /** Every image file there is, with the role that its first line states (`null`: it states none). */
  readonly images: ReadonlyMap<ImageName, RoleName | null>;
  /** By image, the server that its root file system lies on, as its file names it; absent where it names none. */
  readonly roots: ReadonlyMap<ImageName, string>;
  /** By the name of each file server. */
  readonly storage: ReadonlyMap<string, StorageFacts>;
  readonly effects: ReadonlyMap<OperationId, readonly EffectFact[]>;
  readonly operator: OperatorFacts;
}

/** What the operator has said outside the policies. */
export interface OperatorFacts {
  readonly configuredMode: "advise" | "auto";
  /** Who or what stopped retask (the flag file of `retask stop`), or a foreign owner of the TFTP root; null: going. */
  readonly stopped: string | null;
}
