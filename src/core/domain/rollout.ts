/** A roll-out: a role's machines reboot a few at a time, into another image or into their own again. */
import type { ImageName, MachineName, RoleName } from "./names.ts";
import type { ChartSnapshot } from "./operation.ts";
import type { Reading } from "./reading.ts";

/** `reboot`: each machine boots its own image again, which changed in place. */
export type RolloutAim =
  | {
      readonly kind: "image";
      readonly image: ImageName;
      /** What the role ran before: machines go back to it, and newcomers boot it until the last wave. */
      readonly previous: ImageName;
    }
  | { readonly kind: "reboot" };

export interface RolloutMember {
  readonly machine: MachineName;
  /** What it ran when the roll-out was ordered: another one proves that it has booted since. */
  readonly bootId: string;
}

export interface Rollout {
  readonly role: RoleName;
  readonly aim: RolloutAim;
  readonly canaries: number;
  /** Shares of the role, ascending; the last one is 100. */
  readonly wavesPercent: readonly number[];
  /** How long each stage must stay healthy, watched ms. */
  readonly soakMs: number;
  /** Canaries first, each next one as far from those before it as the failure domains allow. */
  readonly order: readonly RolloutMember[];
  /** Machines that it never touches, and why: their own image, a prototype, a quarantine. */
  readonly left: readonly { readonly machine: MachineName; readonly why: string }[];
  readonly author: string;
  readonly reason: string;
  readonly startedMs: number;
  /** Unix ms; null: it goes on. */
  readonly endedMs: number | null;
  readonly chart: ChartSnapshot;
}

/** One of the policy's `health` queries, asked of machines on the new image and of as many on the old. */
export interface HealthAnswer {
  readonly query: string;
  readonly below: number;
  readonly canaries: Reading;
  /** Null: no machine is left to compare with. */
  readonly others: Reading | null;
}

export interface HealthSample {
  readonly canaries: readonly MachineName[];
  readonly others: readonly MachineName[];
}

/** What was asked and answered; of other machines than those in question now it says nothing. */
export interface HealthFacts {
  readonly asked: HealthSample;
  readonly answers: readonly HealthAnswer[];
}
