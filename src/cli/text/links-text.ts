/** The boot links as they lie in the TFTP root, beside what is recorded; and everything else that a loader would find. */
import { basename } from "node:path";
import type { Repaired } from "../../control/repair-links.ts";
import { describeLink } from "../../core/domain/standing.ts";
import type { LinksReport, MachineLink, OddFile } from "../../world/boot-links/report.ts";
import type { MachineAnswer } from "../answers.ts";
import { type Look, toned } from "./look.ts";
import { section, sections, tableText } from "./table.ts";

export interface LinkLine extends MachineLink {
  /** The image that the machine should boot; null: none is recorded, so there is nothing to repair it to. */
  readonly recorded: string | null;
  readonly verdict: "right" | "wrong" | "in operation" | "nothing recorded";
}

export interface LinksShown extends Omit<LinksReport, "machines"> {
  readonly machines: readonly LinkLine[];
}

/** Each link with its verdict. A machine in operation has its link set by the operation itself. */
export function judgeLinks(
  links: readonly MachineLink[],
  machines: readonly Pick<MachineAnswer, "name" | "recorded" | "operation">[],
): LinkLine[] {
  const known = new Map(machines.map((machine) => [machine.name, machine]));
  return links.map((link) => {
    const machine = known.get(link.machine);
    const recorded = machine?.recorded?.image ?? null;
    return { ...link, recorded, verdict: verdictOn(link, recorded, (machine?.operation ?? null) !== null) };
  });
}

function verdictOn({ fact }: MachineLink, recorded: string | null, inOperation: boolean): LinkLine["verdict"] {
  if (inOperation) return "in operation";
  if (recorded === null) return "nothing recorded";
  return fact.kind === "image" && fact.image === recorded ? "right" : "wrong";
}

const ODDITIES: Readonly<Record<OddFile["kind"], string>> = {
  stray: "a boot link of no machine in fleet.yaml",
  wide: "catches every machine without a boot link of its own",
  mac: "named after a MAC address, which is asked for before the boot link",
  uuid: "named after a UUID, which is asked for before the boot link",
};

export function linksText({ machines, odd, holding, warnings }: LinksShown, look: Look): string {
  const rows = machines.map(({ machine, link, fact, recorded, verdict }) => [
    machine,
    basename(link),
    recorded ?? "nothing",
    verdict === "wrong" ? toned(look, "bad", verdict) : verdict,
    fact.kind === "image" ? fact.image : describeLink(fact),
  ]);
  const held = holding.map(({ path, fact, serves }) => {
    const names = fact.kind === "file" ? "a plain file" : describeLink(fact).replace("its boot link", "it");
    return `${path}  ${names}${serves.length === 0 ? "" : `; it should serve no role, but states ${serves.join(", ")}`}`;
  });
  return sections([
    tableText(look, ["machine", "boot link", "recorded", "is", "names"], rows),
    section(look, "what a machine without a boot link boots", held.join("\n")),
    section(
      look,
      "others",
      odd
        .map(({ path, target, kind, machine }) => {
          const whose = machine === null ? "" : `, of ${machine}`;
          return `${path}${target === null ? "" : ` to ${target}`}${whose}: ${ODDITIES[kind]}`;
        })
        .join("\n"),
    ),
    section(look, "warnings", warnings.join("\n")),
  ]);
}

export const repairedText = (repaired: readonly Repaired[], look: Look): string =>
  tableText(
    look,
    ["machine", "boot link", "why"],
    repaired.map(({ machine, done, why }) => [machine, done === "refused" ? toned(look, "bad", done) : done, why]),
    "wrapped",
  );
