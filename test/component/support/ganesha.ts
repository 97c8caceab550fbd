/** A real NFS server in user space, nfs-ganesha, on an address and port of its own. */
import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { callNfsNull } from "../../../src/world/storage/nfs-null-call.ts";
import { type OwnedProcess, spawnOwned, waitFor } from "./ports.ts";

/** ganesha reads and checks much before it listens. */
const UP_MS = 60_000;

/**
 * ganesha opens files by their handles, as only the first user namespace's root may. A user who starts the lab is root in a
 * namespace of his own.
 */
export function canServeNfs(): boolean {
  return process.getuid?.() === 0 && /^ *0 +0 +4294967295$/m.test(readFileSync("/proc/self/uid_map", "utf8"));
}

export interface Export {
  /** On the server. */
  readonly path: string;
  /** As clients mount it. */
  readonly pseudo: string;
  readonly access: "RO" | "RW";
  /** A client that may write all the same, by its address. */
  readonly writer?: string;
}

export interface GaneshaOptions {
  /** An existing directory; what it needs for itself goes there. */
  readonly home: string;
  readonly address: string;
  readonly port: number;
  readonly exports: readonly Export[];
  /** The network namespace in which it runs; without: this one. */
  readonly host?: string;
}

/** Once it serves. */
export async function startGanesha({ home, host, ...options }: GaneshaOptions): Promise<OwnedProcess> {
  await mkdir(join(home, "recovery"), { recursive: true });
  const config = join(home, "ganesha.conf");
  await writeFile(config, configuration(home, options));
  const log = join(home, "ganesha.log");
  const command = ["ganesha.nfsd", "-F", "-f", config, "-L", log, "-p", join(home, "ganesha.pid")];
  const [program = "", ...words] = host === undefined ? command : ["ip", "netns", "exec", host, ...command];
  const ganesha = await spawnOwned(program, words);
  const serves = async () =>
    (await callNfsNull(options.address, options.port, AbortSignal.timeout(2_000))).kind === "up";
  await waitFor(serves, UP_MS, "ganesha to serve").catch(async (error: unknown) => {
    await ganesha.stop();
    throw new Error(await readFile(log, "utf8").catch(() => ganesha.output()), { cause: error });
  });
  return ganesha;
}

/**
 * NFSv4 needs neither rpcbind nor the other protocols' ports. No grace period: nobody had locks before the first start, and
 * machines would wait it out at their first boot.
 */
const configuration = (
  home: string,
  { address, port, exports }: Omit<GaneshaOptions, "home" | "host">,
): string => `NFS_CORE_PARAM {
  Protocols = 4; Bind_addr = ${address}; NFS_Port = ${port};
  Enable_NLM = false; Enable_RQUOTA = false; Enable_UDP = false; fsid_device = true;
}
NFSV4 {
  Minor_Versions = 1,2; Graceless = true; RecoveryBackend = fs; RecoveryRoot = "${home}/recovery";
  Only_Numeric_Owners = true; Allow_Numeric_Owners = true;
}
NFS_KRB5 { Active_krb5 = false; }
EXPORT_DEFAULTS { Protocols = 4; Transports = TCP; SecType = sys; Squash = None; }
${exports.map(exportText).join("\n")}
LOG { Default_Log_Level = EVENT; }
`;

function exportText({ path, pseudo, access, writer }: Export, index: number): string {
  const client = writer === undefined ? "" : ` CLIENT { Clients = ${writer}; Access_Type = RW; Squash = None; }`;
  const where = `Export_Id = ${index + 1}; Path = "${path}"; Pseudo = ${pseudo}`;
  return `EXPORT { ${where}; Access_Type = ${access};${client} FSAL { Name = VFS; } }`;
}
