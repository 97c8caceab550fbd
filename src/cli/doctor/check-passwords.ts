/** The BMC passwords: readable for retask, for nobody else, and no two BMCs with the same one. Nothing of them is shown. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { readPasswordFile } from "../../world/power/password-file.ts";
import { type Check, counted, type Examined, each, USUAL_DEADLINE_MS } from "./examined.ts";
import { type Fault, looked } from "./finding.ts";

export interface PasswordFile {
  readonly file: string;
  /** Machines whose BMCs are asked with it. */
  readonly machines: readonly string[];
  /** Of the password; null where it could not be read, and then `trouble` says why. */
  readonly digest: string | null;
  readonly trouble: string | null;
  /** Whether every user of the controller may read it. */
  readonly open: boolean;
}

export const passwordsCheck: Check = {
  name: "passwords",
  deadlineMs: () => USUAL_DEADLINE_MS,
  run: async (site) => {
    const files = await each(filesOf(site), readOne);
    const asked = new Set<string>(site.machines.map(({ name }) => name));
    const faults = judgePasswords(files).filter(({ where }) => where.some((name) => asked.has(name)));
    return looked(faults, `${counted(asked.size, "BMC")}, each with a password of its own`);
  },
};

/** Of the whole fleet: that two machines share one shows only beside the other. */
function filesOf({ configuration }: Examined): { readonly file: string; readonly machines: readonly string[] }[] {
  const { passwordFile } = configuration.settings.bmc;
  const byFile = new Map<string, string[]>();
  for (const { name, bmc } of configuration.site.machines.values()) {
    const file = bmc.passwordFile ?? passwordFile;
    byFile.set(file, [...(byFile.get(file) ?? []), name]);
  }
  return [...byFile].map(([file, machines]) => ({ file, machines }));
}

async function readOne(of: { readonly file: string; readonly machines: readonly string[] }): Promise<PasswordFile> {
  const read = await readPasswordFile(of.file);
  const found = await stat(of.file).catch(() => null);
  const open = found !== null && (found.mode & 0o004) !== 0;
  if (!read.ok) return { ...of, digest: null, trouble: read.why, open };
  return { ...of, digest: createHash("sha256").update(read.password).digest("hex"), trouble: null, open };
}

export function judgePasswords(files: readonly PasswordFile[]): Fault[] {
  const byPassword = new Map<string, string[]>();
  const faults: Fault[] = [];
  for (const { file, machines, digest, trouble, open } of files) {
    if (trouble !== null) faults.push(unreadable(machines, trouble));
    if (open) faults.push(readable(file, machines));
    if (digest !== null) byPassword.set(digest, [...(byPassword.get(digest) ?? []), ...machines]);
  }
  for (const machines of byPassword.values()) if (machines.length > 1) faults.push(shared(machines));
  return faults;
}

const unreadable = (where: readonly string[], why: string): Fault => ({
  name: "password-file",
  level: "error",
  what: "the BMC's password can't be used",
  where,
  why,
  advice: "put the password alone, 1 to 20 bytes, into a file that retask's user can read",
});

const readable = (file: string, where: readonly string[]): Fault => ({
  name: "password-readable",
  level: "error",
  what: "every user of the controller may read the BMC's password",
  where,
  why: `${file} is world-readable`,
  advice: `chmod 600 ${file}, and chown it to retask's user`,
});

const shared = (where: readonly string[]): Fault => ({
  name: "password-shared",
  level: "warning",
  what: `${where.length} BMCs have the same password`,
  where,
  why: "IPMI 2.0 gives anybody who asks a hash of the password to guess at; who guesses one, or reads it on one machine, can power all of them off",
  advice: "give each BMC a password of its own, and name its file in bmc.passwordFile of its entry in fleet.yaml",
});
