/** A dead machine and the spare that takes its place: what goes where, before it is done, and how it ended. */
import type { Hardware } from "../../core/domain/fleet.ts";
import { type Look, toned } from "./look.ts";
import { tableText } from "./table.ts";

export interface ReplacementShown {
  readonly machine: string;
  readonly spare: string;
  readonly ip: string;
  /** Before it is done. */
  readonly dead: Hardware;
  readonly fresh: Hardware;
  /** The file of entries; null: the operator's own hands. */
  readonly dhcpFile: string | null;
}

export interface ReplacementEnd {
  readonly machine: string;
  readonly spare: string;
  readonly role: string | null;
  readonly operation: string | null;
  readonly outcome: "done" | "undone" | "quarantined" | "takenBack";
  readonly why: string;
}

export function replacementPlanText(shown: ReplacementShown, look: Look): string {
  const { machine, spare, ip, dead, fresh, dhcpFile } = shown;
  const rows = [
    ["MAC address", dead.mac, fresh.mac],
    ["BMC", dead.bmc.address, fresh.bmc.address],
    ["domains", placesOf(dead), placesOf(fresh)],
    ["capacity", String(dead.capacity), String(fresh.capacity)],
  ];
  return [
    `${machine} (${ip}) keeps its name, address, role, boot link and snapshot directory, and gets ${spare}'s hardware:`,
    tableText(look, ["", "dead", "new"], rows),
    `${spare}'s entry in fleet.yaml keeps the dead hardware, as retired.`,
    dhcpFile === null
      ? "The DHCP entry is changed by your own hand."
      : `${dhcpFile} is written, and the DHCP server told.`,
    `Then ${machine} is booted and verified.`,
  ].join("\n");
}

const placesOf = ({ domains }: Hardware): string =>
  Object.entries(domains)
    .filter(([kind]) => kind !== "storage")
    .map(([kind, name]) => `${kind} ${name}`)
    .join(", ") || "-";

export function replacementEndText({ machine, spare, role, outcome, why }: ReplacementEnd, look: Look): string {
  switch (outcome) {
    case "done":
      return toned(look, "good", `${machine} serves as ${role} on ${spare}'s hardware, verified`);
    case "takenBack":
      return `${spare} is a spare again, and ${machine} stays out: ${why}`;
    case "undone":
      return `${toned(look, "bad", `${machine} was not booted`)}: ${why}\n${machine} is a spare on its new hardware; retask boots it when a role wants it, or: retask force machine ${machine}`;
    case "quarantined":
      return `${toned(look, "bad", `${machine} did not come up on its new hardware`)}: ${why}\nIt is in quarantine. Mend it, or switch it off and take all back: retask replace ${machine} --with ${spare} --undo`;
  }
}
