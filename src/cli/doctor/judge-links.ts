/** What is wrong with one boot link, with a file beside the links, or with what a machine without a link boots. */
import type { HoldingFact, MachineLink, OddFile } from "../../world/boot-links/report.ts";
import type { Fault } from "./finding.ts";

export function judgeLink({ machine, link, fact }: MachineLink): Fault[] {
  switch (fact.kind) {
    case "image":
      return [];
    case "shadowed":
      return [
        {
          name: "link-shadowed",
          level: "error",
          what: "its boot link is shadowed",
          where: [machine],
          why: `the boot loader asks for ${fact.by} before ${link}, so re-pointing the link changes nothing`,
          advice: `remove ${fact.by}`,
        },
      ];
    case "foreign":
      return [
        {
          name: "link-foreign",
          level: "error",
          what: "its boot link is not one of retask's",
          where: [machine],
          why: `${link} is ${fact.target}${fact.why === undefined ? "" : `: ${fact.why}`}`,
          advice: `look who made it; then retask links --repair ${machine}, or move a plain file away`,
        },
      ];
    case "missing":
      return [
        {
          name: "link-missing",
          level: "warning",
          what: "has no boot link, so it would boot the default",
          where: [machine],
          why: `${link} is not there; retask makes it when it next moves the machine`,
          advice: "nothing, if the machine is new; else link it to the image that it runs",
        },
      ];
    case "unreadable":
      return [
        {
          name: "links-directory",
          level: "error",
          what: "its boot link can't be read",
          where: [machine],
          why: fact.why,
          advice: "look at the disk, or the mount, that the links are on",
        },
      ];
  }
}

/** MAC and UUID files of machines of the fleet shadow their links, and are found there. */
export function judgeOdd({ path, kind, machine }: OddFile): Fault[] {
  if (machine !== null) return [];
  const why = {
    stray: "it is named after an address of no machine in fleet.yaml",
    wide: "it is named after a part of an address, and catches every machine below it that has no link",
    mac: "it is named after a MAC address of no machine in fleet.yaml",
    uuid: "it is named after a UUID; should that be a machine's of fleet.yaml, it hides the machine's link",
  }[kind];
  return [
    {
      name: "link-stray",
      level: "warning",
      what: "a boot loader would find it, and no machine is known by it",
      where: [path],
      why,
      advice: "remove it, if nothing outside the pool boots by it",
    },
  ];
}

export function judgeDefault({ path, fact, serves }: HoldingFact): Fault[] {
  if (serves.length > 0)
    return [
      {
        name: "default-serves",
        level: "error",
        what: `a machine without a boot link would serve ${serves.join(", ")}`,
        where: [path],
        why: "what is booted by default must be harmless: a machine that lost its link would serve unasked",
        advice: "let it boot a holding image that states no role",
      },
    ];
  if (fact.kind === "image" || fact.kind === "file") return [];
  return [
    {
      name: "default-missing",
      level: "warning",
      what: "there is no holding image",
      where: [path],
      why: "a machine without a boot link finds nothing to boot, and may boot its disk",
      advice: "put a file there that boots something harmless",
    },
  ];
}
