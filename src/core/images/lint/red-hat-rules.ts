/** The article's tips for Red Hat's roots with init scripts, as rules. */
import { filesIn, lineOf, type RootFacts, TTYS, textAt, thingAt } from "./facts.ts";
import { at, error, type LintFinding } from "./finding.ts";

export function redHatRules(root: RootFacts): LintFinding[] {
  return [...interfaces(root), ...snapshotFstab(root), ...mtab(root), ...readOnlyRoot(root), ...deviceNodes(root)];
}

const TOO_EARLY =
  "the init scripts shut the network down while the root still hangs on it, and the machine never powers off";

function interfaces(root: RootFacts): LintFinding[] {
  return filesIn(root, "etc/sysconfig/network-scripts").flatMap(({ path, text }) => {
    const file = `${root.path}/${path}`;
    const found: LintFinding[] = [];
    const hwaddr = assigned(text, "HWADDR");
    if (hwaddr === null || /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i.test(hwaddr))
      found.push(
        error("ifcfg-hwaddr", at(file, lineOf(text, /^\s*HWADDR=/)), {
          what: hwaddr === null ? "has no HWADDR" : `its HWADDR is a machine's own, ${hwaddr}`,
          why: TOO_EARLY,
          advice: "write HWADDR=none",
        }),
      );
    if (assigned(text, "ONBOOT")?.toLowerCase() !== "no")
      found.push(
        error("ifcfg-onboot", at(file, lineOf(text, /^\s*ONBOOT=/)), {
          what: "ONBOOT is not no",
          why: TOO_EARLY,
          advice: "write ONBOOT=no; the kernel has brought the interface up already",
        }),
      );
    return found;
  });
}

/** Of a shell file of assignments, without quotes. The last one counts. */
function assigned(text: string, name: string): string | null {
  const values = [...text.matchAll(new RegExp(String.raw`^[ \t]*${name}=[ \t]*["']?([^"'\n#]*)["']?`, "gm"))];
  return values.at(-1)?.[1]?.trim() ?? null;
}

function snapshotFstab(root: RootFacts): LintFinding[] {
  const own = textAt(root, "etc/fstab");
  const [snapshot] = root.snapshots;
  if (snapshot === undefined || root.snapshots.some(({ text }) => said(text) === said(own ?? ""))) return [];
  return [
    error("fstab-snapshot", `${root.path}/etc/fstab`, {
      what: own === null ? "is missing" : `differs from ${snapshot.path}`,
      why: "the wizard tweaks only the snapshots' fstab; a new machine makes its snapshot from this one",
      advice: `copy ${snapshot.path} here`,
    }),
  ];
}

/** An fstab without what says nothing. */
const said = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/).join(" "))
    .filter((line) => line !== "")
    .join("\n");

function mtab(root: RootFacts): LintFinding[] {
  const link = root.entries.get("etc/mtab")?.link ?? null;
  if (link !== null && /^(?:(?:\.\.)?\/proc\/(?:self\/)?mounts)$/.test(link)) return [];
  return [
    error("mtab", `${root.path}/etc/mtab`, {
      what: link === null ? "is no link to /proc/mounts" : `is a link to ${link}, not to /proc/mounts`,
      why: "on a read-only root it never changes, so that mounts go wrong, and umounts as the machine shuts down",
      advice: "ln -sfn /proc/mounts it",
    }),
  ];
}

function readOnlyRoot(root: RootFacts): LintFinding[] {
  const file = "etc/sysconfig/readonly-root";
  const text = textAt(root, file);
  if (text !== null && assigned(text, "READONLY")?.toLowerCase() === "yes") return [];
  const misspelt = thingAt(root, "etc/sysconfig/realonly-root") !== null;
  const missing = misspelt
    ? "is missing; realonly-root, as a well-known article spells it, is read by nobody"
    : "is missing";
  return [
    error("readonly-root", at(`${root.path}/${file}`, text === null ? null : lineOf(text, /^\s*READONLY=/)), {
      what: text === null ? missing : "READONLY is not yes",
      why: "the init scripts would remount the shared root for writing, and machines would write over each other",
      advice: misspelt && text === null ? "rename realonly-root" : "write READONLY=yes",
    }),
  ];
}

/** linux/Documentation/admin-guide/devices.txt */
const NODES: readonly (readonly [name: string, major: number, minor: number])[] = [
  ["null", 1, 3],
  ["zero", 1, 5],
  ["console", 5, 1],
  ["tty", 5, 0],
  ...TTYS.map((name, minor): readonly [string, number, number] => [name, 4, minor]),
];

function deviceNodes(root: RootFacts): LintFinding[] {
  return NODES.flatMap(([name, major, minor]) => {
    const thing = thingAt(root, `dev/${name}`);
    if (thing?.kind === "character" && thing.major === major && thing.minor === minor) return [];
    const is = thing?.kind === "character" ? `${thing.major}, ${thing.minor}` : "";
    return [
      error("device-nodes", `${root.path}/dev/${name}`, {
        what:
          thing === null ? "is missing" : `is ${is === "" ? `no character device (${thing.kind})` : `device ${is}`}`,
        why: "the machine boots with these, before udev has made its own",
        advice: `mknod ${root.path}/dev/${name} c ${major} ${minor}`,
      }),
    ];
  });
}
