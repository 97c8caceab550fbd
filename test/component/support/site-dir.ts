/** A site's directory on disk, changed as operators, editors and orchestrators change it. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { MachineName } from "../../../src/core/domain/names.ts";
import type { AcceptedConfiguration, AuditEntry } from "../../../src/store/store.ts";

const fleet = Array.from(
  { length: 10 },
  (_, index) =>
    `  - { name: m${index}, ip: 127.9.0.${index + 1}, mac: "00:11:22:33:44:0${index}", bmc: 127.9.1.${index + 1} }`,
).join("\n");

export const webOf = (floor: number): string => `role: web
images: { production: web.production }
demand: rest
machines: { floor: ${floor} }
`;

export const SITE: Readonly<Record<string, string>> = {
  "retask.yaml": "bootLinks: /srv/tftp/pxelinux.cfg\nbmc: { user: retask, passwordFile: /etc/retask/bmc }\n",
  "fleet.yaml": `machines:\n${fleet}\n`,
  "policies/web.yaml": webOf(4),
};

export const temporaryDir = (): string => mkdtempSync(join(tmpdir(), "retask-site-"));
export const removeDir = (dir: string): void => rmSync(dir, { recursive: true, force: true });

/** Writes in place, making directories as needed. */
export function writeSite(dir: string, files: Readonly<Record<string, string>> = SITE): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

/** As careful editors do it: a new file is renamed over the old one. */
export function renameOver(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}

/** Points a symbolic link elsewhere in one step, as Kubernetes does with `..data`. */
export function switchLink(link: string, target: string): void {
  symlinkSync(target, `${link}.tmp`);
  renameSync(`${link}.tmp`, link);
}

/** What the keeper needs of the store; outlives the keeper, as the real one outlives the process. */
export function memoryStore() {
  let accepted: AcceptedConfiguration | null = null;
  const audited: Omit<AuditEntry, "id">[] = [];
  let failing = false;
  return {
    audited,
    fail(now: boolean) {
      failing = now;
    },
    async acceptedConfiguration() {
      return accepted;
    },
    async saveAcceptedConfiguration(next: AcceptedConfiguration) {
      if (failing) throw new Error("disk full");
      accepted = { ...next, files: new Map(next.files) };
    },
    async audit(entry: Omit<AuditEntry, "id">) {
      audited.push(entry);
    },
  };
}

export const nobody: () => ReadonlySet<MachineName> = () => new Set();
