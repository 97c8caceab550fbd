/** The lab's images: built when their kernel or content is new, else taken from a cache outside the repository. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const BEACON = join(here, "../../../deploy/beacon/retask-beacon");
const KERNEL = "linux-image-cloud-amd64";
/** What is copied from this computer into the images. */
const COPIED = [
  "busybox-static",
  "distcc",
  "gcc",
  "binutils",
  "libc6",
  "pxelinux",
  "syslinux-common",
  "grub-efi-amd64-bin",
];

/** @returns {string} the directory of vmlinuz, base.img, compile.img, pxelinux.0 and ldlinux.c32 */
export function ensureImages(/** @type {(text: string) => void} */ say) {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "retask-lab");
  const images = join(cache, contentKey());
  if (existsSync(images)) return images;
  say(`building the lab's images into ${images}`);
  mkdirSync(cache, { recursive: true });
  const staged = mkdtempSync(join(cache, "building-"));
  try {
    execFileSync(join(here, "build-images"), [staged, BEACON], { stdio: ["ignore", 2, 2] });
    // In one step, so that a build that was broken off is never taken for a whole one.
    if (!existsSync(images)) renameSync(staged, images);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
  return images;
}

function contentKey() {
  const key = createHash("sha256");
  key.update(kernelPackage());
  key.update(execFileSync("dpkg-query", ["-W", ...COPIED]));
  for (const file of readdirSync(here).sort()) key.update(readFileSync(join(here, file)));
  key.update(readFileSync(BEACON));
  return key.digest("hex").slice(0, 16);
}

/** The kernel's package is named by the dependency of an otherwise empty one. */
function kernelPackage() {
  const ask = () => spawnSync("apt-cache", ["depends", KERNEL], { encoding: "utf8" }).stdout ?? "";
  const known = ask();
  if (known.includes("Depends: linux-image-")) return known;
  spawnSync("apt-get", ["update", "-q"], { stdio: ["ignore", 2, 2] });
  const fetched = ask();
  if (fetched.includes("Depends: linux-image-")) return fetched;
  throw new Error(`apt knows no package ${KERNEL}; as root, run apt-get update, then this again`);
}
