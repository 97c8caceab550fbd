/** What the checks look at: one site, the machines that were asked about, and the product's own adapters to its world. */
import pLimit from "p-limit";
import type { Configuration } from "../../control/configuration/configuration.ts";
import type { Machine } from "../../core/domain/fleet.ts";
import type { BmcCode } from "../../core/domain/observation.ts";
import type { BootLinksOnDisk } from "../../world/boot-links/boot-links.ts";
import type { Beacons, BootServer, Enrolment } from "../../world/ports.ts";
import type { IpmitoolCheck } from "../../world/power/check-ipmitool.ts";
import type { IpmitoolPower } from "../../world/power/ipmitool-power.ts";
import type { CheckName, Outcome } from "./finding.ts";

/** What retask has written down of the site before, from the daemon or its store. */
export interface Recorded {
  readonly enrolments: ReadonlyMap<string, Enrolment>;
  /** The store's own id, as in the owner file; null where it is not known. */
  readonly storeId: string | null;
  /** Machines on their way to another role: they are silent for good reasons. */
  readonly busy: ReadonlySet<string>;
  /** Why nothing could be read, though there is something; null: it was read, or there is nothing yet. */
  readonly trouble: string | null;
}

/** A BMC that let retask in; `code` null, or that answered as another machine. */
export type Identity =
  | { readonly ok: true; readonly guid: string; readonly suite: number }
  | { readonly ok: false; readonly code: BmcCode; readonly why: string };

export interface Examined {
  readonly configuration: Configuration;
  /** Those that were asked about: all, or `--machine`. */
  readonly machines: readonly Machine[];
  readonly recorded: Recorded;
  readonly power: IpmitoolPower;
  readonly links: BootLinksOnDisk;
  readonly bootServer: BootServer;
  readonly beacons: Beacons;
  /** Asked once for all checks. */
  readonly ipmitool: () => Promise<IpmitoolCheck>;
  /** What each machine's BMC says it is; one login for each, once for all checks. Only where ipmitool works. */
  readonly identities: () => Promise<ReadonlyMap<string, Identity>>;
  readonly wallMs: () => number;
}

export interface Check {
  readonly name: CheckName;
  /** The check has failed when it takes longer. */
  readonly deadlineMs: (site: Examined) => number;
  /** `tell`: how much of it is done, 0 to 1; only where it takes long. */
  readonly run: (site: Examined, signal: AbortSignal, tell: (share: number) => void) => Promise<Outcome>;
}

/** How many machines are asked at once: more would show in the load of the controller's own network. */
const AT_ONCE = 32;

interface Pace {
  readonly atOnce?: number;
  /** Told after each answer. */
  readonly tell?: (share: number) => void;
}

/** Asks about each item, so many at a time, and gives the answers in the items' order. */
export function each<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>,
  { atOnce = AT_ONCE, tell }: Pace = {},
): Promise<Answer[]> {
  const limit = pLimit(atOnce);
  let answered = 0;
  const one = async (item: Item): Promise<Answer> => {
    const answer = await ask(item);
    answered += 1;
    tell?.(answered / items.length);
    return answer;
  };
  return Promise.all(items.map((item) => limit(() => one(item))));
}

/** For checks that ask a few servers a few things. */
export const USUAL_DEADLINE_MS = 30_000;

/** `1 machine`, `24 machines`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
