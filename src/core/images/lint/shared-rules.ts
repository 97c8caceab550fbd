/** Rules that hold for every root: it is one, its fstab fits many machines, and it runs the beacon. */
import { BEACON, INITS, lineOf, type RootFacts, textAt, thingAt } from "./facts.ts";
import { at, error, type LintFinding, warning } from "./finding.ts";

export function sharedRules(root: RootFacts): LintFinding[] {
  return [...notARoot(root), ...unreadable(root), ...localRoot(root), ...beacon(root)];
}

function notARoot(root: RootFacts): LintFinding[] {
  if (INITS.some((path) => thingAt(root, path) !== null)) return [];
  return [
    error("root-missing", `${root.path}/sbin/init`, {
      what: "is missing",
      why: "the kernel finds no init, and stops",
      advice: "is this the root of a system? Correct nfsroot= in the boot file, or images.roots in retask.yaml",
    }),
  ];
}

function unreadable(root: RootFacts): LintFinding[] {
  return [...root.entries].flatMap(([path, { thing }]) => {
    if (thing?.kind !== "unreadable") return [];
    return [
      warning("unreadable", `${root.path}/${path}`, {
        what: `can't be read (${thing.why})`,
        why: "what rules ask of it is not known",
        advice: "look again as root",
      }),
    ];
  });
}

/** A device, a label or an id of a disk: `/dev/sda1`, `LABEL=/`, `UUID=…`; but not what NFS, memory or an overlay mounts. */
const LOCAL = /^\s*(?:\/dev\/(?!nfs\b|root\b)\S+|(?:LABEL|UUID|PARTUUID|PARTLABEL)=\S+)\s+\/\s/;

function localRoot(root: RootFacts): LintFinding[] {
  const text = textAt(root, "etc/fstab");
  const line = text === null ? null : lineOf(text, LOCAL);
  if (line === null) return [];
  return [
    error("fstab-root", at(`${root.path}/etc/fstab`, line), {
      what: "mounts / from a local disk",
      why: "the machine would remount its root from a disk of its own, or stop where it finds none",
      advice: "remove the line, or take the fstab of one of the snapshots that the wizard made",
    }),
  ];
}

function beacon(root: RootFacts): LintFinding[] {
  const program = thingAt(root, BEACON);
  const advice = "install it, as deploy/beacon/README.md says";
  if (program?.kind !== "file" || !program.executable) {
    return [
      error("beacon-missing", `${root.path}/${BEACON}`, {
        what: program?.kind === "file" ? "is not executable" : "is missing",
        why: "without a beacon no machine that boots this is ever verified",
        advice,
      }),
    ];
  }
  if (isStarted(root)) return [];
  return [
    warning("beacon-not-started", `${root.path}/${BEACON}`, {
      what: "neither systemd's socket nor inetd nor xinetd starts it",
      why: "a beacon that does not run is a machine that is never verified",
      advice: `${advice}; or make sure that something else answers on its port`,
    }),
  ];
}

function isStarted(root: RootFacts): boolean {
  if (root.entries.get("etc/systemd/system/sockets.target.wants/retask-beacon.socket")?.link != null) return true;
  if (/^\s*[^#\s].*retask-beacon/m.test(textAt(root, "etc/inetd.conf") ?? "")) return true;
  const xinetd = textAt(root, "etc/xinetd.d/retask-beacon");
  return xinetd !== null && !/^\s*disable\s*=\s*yes/m.test(xinetd);
}
