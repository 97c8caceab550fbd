/** What `--json` prints: the data with its version and kind beside it, so that a program knows what it reads. */
import { safeJson } from "./text/safe-text.ts";

/** Raised only when something is taken away, renamed, or means something else; more keys may come at any time. */
export const JSON_VERSION = 1;

/** Each kind of document, and the command that prints it. */
export const JSON_KINDS = {
  adoption: "adopt",
  applied: "apply",
  backTest: "simulate",
  backTests: "simulate --compare",
  calibration: "calibrate",
  channelMoved: "image promote, image rollback",
  check: "check",
  configuration: "accept",
  dhcpApplied: "dhcp apply",
  dhcpDiff: "dhcp diff",
  doctor: "doctor",
  ended: "resume, unforce, unpin, maintain --end",
  explainedMachine: "explain MACHINE",
  explainedRole: "explain ROLE",
  fleet: "fleet list",
  fleetAdded: "fleet add",
  fleetImported: "fleet import",
  fleetRemoved: "fleet remove",
  history: "history",
  imageCloned: "image clone",
  imageMirrored: "image mirror",
  imageLint: "image lint",
  images: "image list",
  links: "links",
  machines: "machines; with --watch a line for each change",
  notified: "notify test",
  override: "pause, force, pin, maintain",
  overrides: "overrides",
  plan: "plan",
  preview: "pause, force, pin, resume and others with --preview",
  released: "unquarantine",
  repaired: "links --repair",
  replaced: "replace",
  report: "report",
  revoked: "token revoke",
  rollout: "rollout start, pause, resume, abort; reboot; rollout status --watch prints a line for each change",
  rollouts: "rollout status",
  rota: "rota",
  status: "status",
  storage: "storage status",
  storageOrdered: "storage fail-over, storage fail-back",
  stop: "stop",
  stopCleared: "stop --clear",
  token: "token create",
  tokens: "token list",
} as const satisfies Readonly<Record<string, string>>;

export type JsonKind = keyof typeof JSON_KINDS;

/** Objects alone: a list could never get another key. The two keys are the document's own. */
export type Shown = object & { readonly [own in "version" | "kind" | "length"]?: never };

const jsonDocument = (kind: JsonKind, data: Shown): object => ({ version: JSON_VERSION, kind, ...data });

/** Many lines, for a person as for a program. */
export const jsonText = <T extends Shown>(kind: JsonKind, data: T): string => safeJson(jsonDocument(kind, data));

/** One line, where one document follows another. */
export const jsonLine = <T extends Shown>(kind: JsonKind, data: T): string => safeJson(jsonDocument(kind, data), 0);
