/** Which kind of system a root holds, which decides what is asked of it. */
import { type RootFacts, SYSTEMD, thingAt } from "./facts.ts";

/** `plain`: neither, as a root of busybox alone; only what holds for every root is asked of it. */
export type Era = "red hat" | "systemd" | "plain";

/** Red Hat's readonly-root outlived its init scripts: where systemd runs, systemd's rules hold. */
export function eraOf(root: RootFacts): Era {
  if (SYSTEMD.some((path) => thingAt(root, path)?.kind === "file")) return "systemd";
  const isRedHat = ["etc/rc.d/rc.sysinit", "etc/rc.sysinit", "etc/sysconfig/network-scripts"].some(
    (path) => thingAt(root, path) !== null,
  );
  return isRedHat ? "red hat" : "plain";
}
