/** `retask image lint` on real roots: a good one has no finding, and each rule finds the one thing that was broken. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lint } from "../../src/cli/image/lint.ts";
import type { Rule } from "../../src/core/images/lint/finding.ts";
import { RULES } from "../../src/core/images/lint/finding.ts";
import {
  canMakeNodes,
  linkTo,
  makeNode,
  makeRedHatRoot,
  makeSystemdRoot,
  put,
  RULES_OF_BOOTS,
} from "./support/image-tree.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "retask-lint-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const noSettings = () => Promise.reject(new Error("a root alone needs no settings"));

/** What was found, as `rule where`, the place below the test's own directory. */
async function found(root: string) {
  const { findings } = await lint(root, noSettings);
  return findings.map(({ rule, where }) => `${rule} ${where.replace(`${dir}/`, "")}`);
}

const edit = (path: string, change: (text: string) => string) =>
  writeFileSync(path, change(readFileSync(path, "utf8")));
const covered = new Set<Rule>();
type Broken = readonly [what: string, brk: (root: string) => void, finding: string];

function brokenOnce(make: (dir: string) => string, cases: readonly Broken[]) {
  test.each(cases)("%s", async (_, brk, finding) => {
    const root = make(dir);
    brk(root);
    expect(await found(root)).toEqual([finding]);
    covered.add(finding.split(" ")[0] as Rule);
  });
}

const remove = (root: string, path: string) => rmSync(join(root, path), { recursive: true });
const ETH0 = "etc/sysconfig/network-scripts/ifcfg-eth0";

describe.skipIf(!canMakeNodes())("a root of Red Hat's kind (its device nodes need root)", () => {
  test("as the article's tips leave it, nothing is found, and systemd's rules are not asked", async () => {
    const result = await lint(makeRedHatRoot(dir), noSettings);
    expect(result).toMatchObject({ ok: true, era: "red hat", findings: [] });
    expect(await lint(dir, noSettings)).toEqual(result);
  });

  brokenOnce(makeRedHatRoot, [
    [
      "an HWADDR of a machine",
      (root) => edit(join(root, ETH0), (text) => text.replace("=none", "=00:11:22:33:44:55")),
      `ifcfg-hwaddr root/${ETH0}:3`,
    ],
    [
      "no HWADDR",
      (root) => edit(join(root, ETH0), (text) => text.replace("HWADDR=none\n", "")),
      `ifcfg-hwaddr root/${ETH0}`,
    ],
    [
      "ONBOOT=yes",
      (root) => edit(join(root, ETH0), (text) => text.replace('"no"', "yes")),
      `ifcfg-onboot root/${ETH0}:4`,
    ],
    [
      "an fstab that is not the snapshots'",
      (root) => edit(join(root, "etc/fstab"), (text) => text.replace("gid=5,", "")),
      "fstab-snapshot root/etc/fstab",
    ],
    [
      "an mtab of its own",
      (root) => {
        remove(root, "etc/mtab");
        put(join(root, "etc/mtab"));
      },
      "mtab root/etc/mtab",
    ],
    [
      "READONLY=no",
      (root) => edit(join(root, "etc/sysconfig/readonly-root"), (text) => text.replace("yes", "no")),
      "readonly-root root/etc/sysconfig/readonly-root:2",
    ],
    [
      "readonly-root under the name that the article misspells",
      (root) => {
        remove(root, "etc/sysconfig/readonly-root");
        put(join(root, "etc/sysconfig/realonly-root"), "READONLY=yes\n");
      },
      "readonly-root root/etc/sysconfig/readonly-root",
    ],
    [
      "a plain file as /dev/null",
      (root) => {
        remove(root, "dev/null");
        put(join(root, "dev/null"));
      },
      "device-nodes root/dev/null",
    ],
    ["no /dev/zero", (root) => remove(root, "dev/zero"), "device-nodes root/dev/zero"],
    [
      "a wrong minor",
      (root) => {
        remove(root, "dev/tty3");
        makeNode(join(root, "dev/tty3"), 4, 300);
      },
      "device-nodes root/dev/tty3",
    ],
    [
      "a block device",
      (root) => {
        remove(root, "dev/tty");
        makeNode(join(root, "dev/tty"), 5, 0, "b");
      },
      "device-nodes root/dev/tty",
    ],
    [
      "a beacon that xinetd must not start",
      (root) => edit(join(root, "etc/xinetd.d/retask-beacon"), (text) => text.replace("= no", "= yes")),
      "beacon-not-started root/usr/local/lib/retask/retask-beacon",
    ],
  ]);
});

describe("a root with systemd", () => {
  /** Without a boot file nothing says that the root is volatile, so its fstab does. */
  const makeRoot = (at: string): string => {
    const root = makeSystemdRoot(join(at, "r"));
    edit(join(root, "etc/fstab"), (text) => `${text}tmpfs /var tmpfs defaults 0 0\n`);
    return root;
  };
  const fstab = (change: (text: string) => string) => (root: string) => edit(join(root, "etc/fstab"), change);
  const wants = (root: string, service: string, target = "multi-user.target") =>
    linkTo(
      join(root, `etc/systemd/system/${target}.wants/${service}.service`),
      `/lib/systemd/system/${service}.service`,
    );

  test("as it should be, nothing is found, and Red Hat's rules are not asked", async () => {
    const root = makeRoot(dir);
    put(join(root, ETH0), "DEVICE=eth0\nONBOOT=yes\n");
    expect(await lint(root, noSettings)).toMatchObject({ ok: true, era: "systemd", findings: [] });
  });

  brokenOnce(makeRoot, [
    ["/var of the shared root", fstab((text) => text.replace(" /var ", " /srv ")), "volatile-root r/etc/fstab"],
    [
      "a root that fstab remounts rw",
      fstab((text) => `${text}nfs:/r / nfs defaults 0 0\n`),
      "volatile-root r/etc/fstab:4",
    ],
    ["a root of a disk", fstab((text) => `${text}UUID=1-2 / ext4 ro 0 1\n`), "fstab-root r/etc/fstab:4"],
    [
      "a machine's id",
      (root) => put(join(root, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n"),
      "machine-id r/etc/machine-id:1",
    ],
    ["no machine-id", (root) => remove(root, "etc/machine-id"), "machine-id r/etc/machine-id"],
    [
      "networkd that takes the address away",
      (root) => edit(join(root, "etc/systemd/network/10-boot.network"), (text) => text.replace("Keep", "#Keep")),
      "network-shutdown r/etc/systemd/network/10-boot.network:3",
    ],
    [
      "NetworkManager on every interface",
      (root) => wants(root, "NetworkManager"),
      "network-shutdown r/etc/NetworkManager/NetworkManager.conf",
    ],
    [
      "ifupdown that takes the interface down",
      (root) => {
        wants(root, "networking");
        put(join(root, "etc/network/interfaces.d/boot"), "auto eth0\niface eth0 inet dhcp\n");
      },
      "network-shutdown r/etc/network/interfaces.d/boot:2",
    ],
    [
      "no beacon",
      (root) => remove(root, "usr/local/lib/retask"),
      "beacon-missing r/usr/local/lib/retask/retask-beacon",
    ],
    [
      "a beacon that nothing starts",
      (root) => remove(root, "etc/systemd/system/sockets.target.wants"),
      "beacon-not-started r/usr/local/lib/retask/retask-beacon",
    ],
    ["no init", (root) => remove(root, "usr/sbin"), "root-missing r/sbin/init"],
  ]);

  test.each([
    [
      "NetworkManager that leaves it alone",
      (root: string) => {
        wants(root, "NetworkManager");
        put(join(root, "etc/NetworkManager/conf.d/boot.conf"), "[keyfile]\nunmanaged-devices=interface-name:en*\n");
      },
    ],
    [
      "ifupdown that leaves it up",
      (root: string) => {
        wants(root, "networking");
        put(
          join(root, "etc/network/interfaces"),
          "auto lo eth0\niface lo inet loopback\nno-auto-down eth0\niface eth0 inet dhcp\n",
        );
      },
    ],
    ["a root that fstab keeps ro", fstab((text) => `${text}nfs:/r / nfs vers=4,ro 0 0\n`)],
  ])("%s is well", async (_, change) => {
    const root = makeRoot(dir);
    change(root);
    expect(await found(root)).toEqual([]);
  });
});

test("what can't be read is said, and no rule guesses", async () => {
  const root = makeSystemdRoot(join(dir, "r"));
  remove(root, "etc/fstab");
  symlinkSync("x".repeat(300), join(root, "etc/fstab"));
  expect(await found(root)).toContain("unreadable r/etc/fstab");
  covered.add("unreadable");
});

test.skipIf(!canMakeNodes())("every rule of a root was broken once (device nodes need root)", () => {
  expect(RULES.filter((rule) => !covered.has(rule))).toEqual(RULES.filter((rule) => RULES_OF_BOOTS.includes(rule)));
});
