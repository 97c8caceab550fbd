/** What the `retask fleet` commands did, step by step, and the fleet as a table. */
import type { Machine } from "../../core/domain/fleet.ts";
import type { StepLine } from "../fleet/daemon-steps.ts";
import { type Look, type Tone, toned } from "./look.ts";
import { section, sections, tableText } from "./table.ts";

export interface FleetAdded {
  readonly machine: string;
  readonly file: string;
  /** As it stands in fleet.yaml, or would. */
  readonly entry: string;
  readonly steps: readonly StepLine[];
}

export interface FleetRemoved {
  readonly machine: string;
  readonly retiring: boolean;
  readonly steps: readonly StepLine[];
}

export interface FleetImported {
  readonly from: string;
  readonly file: string;
  readonly written: boolean;
  readonly new: readonly { readonly machine: string; readonly line: number; readonly entry: string }[];
  readonly same: readonly string[];
  readonly conflicts: readonly { readonly machine: string; readonly line: number; readonly why: string }[];
  readonly skipped: readonly { readonly line: number; readonly why: string }[];
}

export interface FleetLine extends Omit<Machine, "bmc" | "image"> {
  readonly bmc: string;
  readonly placement: string | null;
  readonly standing: string | null;
  /** null: no daemon says so. */
  readonly enrolled: boolean | null;
}

const STEPS: Readonly<Record<StepLine["step"], string>> = {
  bmc: "BMC",
  address: "address",
  entry: "entry",
  daemon: "daemon",
  dhcp: "DHCP",
  bootLink: "boot link",
  networkBoot: "network boot",
  powerOn: "power",
  boot: "first boot",
};

const DONE: Readonly<Record<StepLine["done"], readonly [word: string, tone: Tone]>> = {
  changed: ["done", "good"],
  unchanged: ["fine", "good"],
  unproven: ["unproven", "warning"],
  left: ["left", "warning"],
  yours: ["yours", "warning"],
  refused: ["refused", "bad"],
};

const stepsText = (steps: readonly StepLine[], look: Look): string =>
  tableText(
    look,
    ["step", "", "because"],
    steps.map(({ step, done, why }) => {
      const [word, tone] = DONE[done];
      return [STEPS[step], toned(look, tone, word), why];
    }),
    "wrapped",
  );

export function fleetAddedText({ machine, steps }: FleetAdded, look: Look): string {
  const linked = steps.some(({ step, done }) => step === "bootLink" && done !== "refused");
  const next = [
    linked
      ? `once its beacon answers, \`retask adopt\` takes ${machine} in; until then it is a stray, and counts for nothing`
      : `off, \`retask adopt\` takes ${machine} in as a cold spare; until then it is a stray, and counts for nothing`,
  ];
  return sections([stepsText(steps, look), section(look, "what follows", next.join("\n"))]);
}

export function fleetRemovedText({ machine, retiring, steps }: FleetRemoved, look: Look): string {
  const next = retiring
    ? `it is drained and powered off within floors and limits (\`retask explain ${machine}\`); then: retask fleet remove ${machine}`
    : "yours are its cables, and its snapshot directory on the NFS server";
  return sections([stepsText(steps, look), section(look, "what follows", next)]);
}

export function fleetImportedText(shown: FleetImported, look: Look): string {
  const { file, written, same, conflicts, skipped } = shown;
  const count = `${shown.new.length} new, ${same.length} the same, ${conflicts.length} at odds`;
  const next = "retask dhcp diff tells what the DHCP server lacks; of each, retask fleet add sets network boot";
  const verdict = written ? `${file} has the new ones; ${next}` : `${file} was not changed`;
  return sections([
    section(look, "new", shown.new.map(({ entry }) => `- ${entry}`).join("\n")),
    section(look, "the same", same.join(", ")),
    section(look, "at odds with fleet.yaml, and left as they are there", conflicts.map(atLine(shown.from)).join("\n")),
    section(look, "no machines", skipped.map(atLine(shown.from)).join("\n")),
    `${count}; ${verdict}`,
  ]);
}

const atLine =
  (file: string) =>
  ({ machine, line, why }: { readonly machine?: string; readonly line: number; readonly why: string }): string =>
    `${file}:${line}  ${machine === undefined ? "" : `${machine}: `}${why}`;

const COLUMNS = [
  "machine",
  "ip",
  { title: "mac", drop: 2 },
  { title: "BMC", drop: 3 },
  { title: "enrolled", drop: 5 },
  { title: "domains", drop: 6 },
  { title: "capacity", align: "right" as const, drop: 7 },
  { title: "status", drop: 1 },
  "place",
  { title: "roles", drop: 4 },
];

export interface FleetShown {
  readonly machines: readonly FleetLine[];
  /** Dead hardware, which is no machine of the pool any more. */
  readonly retired: readonly { readonly name: string; readonly mac: string; readonly bmc: string }[];
  readonly daemon: boolean;
}

export function fleetText({ machines, retired }: FleetShown, look: Look): string {
  const hardware = retired.map(({ name, mac, bmc }) => `${name}  ${mac}  BMC ${withoutPort(bmc)}`);
  const table = tableText(look, COLUMNS, machines.map(rowOf));
  return sections([table, section(look, "retired hardware", hardware.join("\n"))]);
}

const withoutPort = (bmc: string): string => bmc.replace(/:623$/, "");

function rowOf(machine: FleetLine): string[] {
  const { name, ip, mac, bmc, enrolled, domains, roles, capacity, status, placement, standing } = machine;
  const place = standing === "serving" || standing === "spare" ? placement : (standing ?? placement);
  return [
    ...[name, ip, mac, withoutPort(bmc)],
    enrolled === null ? "-" : enrolled ? "yes" : "no",
    Object.values(domains).join(" ") || "-",
    ...[String(capacity), status, place ?? "-", roles.join(" ")],
  ];
}
