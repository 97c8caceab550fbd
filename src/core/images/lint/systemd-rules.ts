/** Rules for roots with systemd, which many machines share: none may write it, and none may share another's identity. */
import { type BootFacts, lineOf, type RootFacts, textAt, thingAt } from "./facts.ts";
import { at, error, type LintFinding, warning } from "./finding.ts";

export function systemdRules(root: RootFacts, boots: readonly BootFacts[]): LintFinding[] {
  const isVolatile = hasVolatileRoot(root, boots);
  return [...(isVolatile ? [] : writableRoot(root, boots)), ...machineId(root, isVolatile)];
}

/** systemd.volatile= (systemd-volatile-root), overlayroot (Ubuntu), rd.overlay and rd.live.overlay (dracut), readonly-root. */
const VOLATILE =
  /\s(?:systemd\.volatile=(?:1|yes|true|on|state|overlay)|overlayroot=(?!disabled)|rd\.overlay\b|rd\.live\.overlay)/;

function hasVolatileRoot(root: RootFacts, boots: readonly BootFacts[]): boolean {
  if (boots.length > 0 && boots.every(({ text }) => VOLATILE.test(text))) return true;
  if (/^\s*overlayroot=["']?(?:tmpfs|device)/m.test(textAt(root, "etc/overlayroot.conf") ?? "")) return true;
  return /^\s*READONLY=["']?yes/im.test(textAt(root, "etc/sysconfig/readonly-root") ?? "");
}

/** `rw` on the kernel command line, or systemd-remount-fs by the fstab: any `/` without `ro`. */
function writableRoot(root: RootFacts, boots: readonly BootFacts[]): LintFinding[] {
  const said = {
    why: "what one machine writes, all machines of the image read; on a root that is only ro most services fail",
    advice:
      "add systemd.volatile=overlay to the kernel command line (the initrd needs the overlay module), or overlayroot",
  };
  for (const { path, text } of boots) {
    const line = lineOf(text, /^\s*(?:append|linux\S*)\s.*\srw(?:\s|$)/i);
    if (line !== null) return [error("volatile-root", at(path, line), { what: "mounts the shared root rw", ...said })];
  }
  const fstab = textAt(root, "etc/fstab") ?? "";
  const line = lineOf(fstab, /^\s*[^#\s]\S*\s+\/\s+\S+\s+(?!(?:\S+,)?ro(?:,|\s|$))\S+/);
  if (line !== null)
    return [
      error("volatile-root", at(`${root.path}/etc/fstab`, line), { what: "remounts the shared root rw", ...said }),
    ];
  // On tmpfs of its own, /var is all that most services write.
  if (lineOf(fstab, /^\s*\S+\s+\/var\s+(?:tmpfs|overlay)\s/) !== null) return [];
  const where = boots[0]?.path ?? `${root.path}/etc/fstab`;
  return [warning("volatile-root", where, { what: "nothing says that the root, or /var, is volatile", ...said })];
}

function machineId(root: RootFacts, isVolatile: boolean): LintFinding[] {
  const file = `${root.path}/etc/machine-id`;
  const text = textAt(root, "etc/machine-id");
  const advice = `truncate -s 0 ${file}`;
  if (thingAt(root, "etc/machine-id") === null) {
    // systemd makes one where it can write: on an overlay.
    if (isVolatile) return [];
    const why = "on a read-only root systemd refuses to boot without the file; an empty one is filled in memory";
    return [error("machine-id", file, { what: "is missing", why, advice })];
  }
  if (text === null || ["", "uninitialized"].includes(text.trim())) return [];
  return [
    error("machine-id", at(file, 1), {
      what: "holds an id",
      why: "every machine of the image would bear it: DHCP and the journal would take them for one",
      advice,
    }),
  ];
}
