/** Where the lab's machines have their root file systems: in memory, on one NFS server, or half and half on two. */
import { startExporter } from "../../component/support/prometheus.ts";
import { bootFromNfs, NFS_A, NFS_B, type NfsServer, startNfs } from "./nfs.ts";
import type { StorageLine } from "./site.ts";
import type { Boots } from "./tftp-root.ts";

export type Roots = "memory" | "nfs" | "mirrored";

export function bootsFrom(roots: Roots): Boots | undefined {
  if (roots === "memory") return undefined;
  const of = bootFromNfs(NFS_A);
  return roots === "nfs" ? { of } : { of, copies: { server: NFS_B.name, of: bootFromNfs(NFS_B) } };
}

export interface LabStorage {
  readonly lines: readonly StorageLine[];
  readonly scraped: readonly { readonly name: string; readonly target: string }[];
  readonly kill: (name: string) => Promise<void>;
}

/** Each of two mirrored servers has an exporter beside it, as a host has its node_exporter: the second source. */
export async function startStorage(
  { roots, writer }: { readonly roots: Roots; readonly writer?: string },
  dir: string,
  images: string,
  stops: (() => Promise<unknown>)[],
): Promise<LabStorage> {
  const servers = { memory: [], nfs: [NFS_A], mirrored: [NFS_A, NFS_B] }[roots];
  const scraped: { name: string; target: string }[] = [];
  const killers = new Map<string, () => Promise<void>>();
  for (const server of servers) {
    const stopNfs = await startNfs(dir, images, { server, ...(writer !== undefined && { writer }) });
    const exporter = await startExporter("nfs_host 1\n");
    stops.push(stopNfs, exporter.stop);
    scraped.push({ name: server.name, target: exporter.target });
    killers.set(server.name, async () => {
      await Promise.all([exporter.stop(), stopNfs()]);
    });
  }
  const kill = async (name: string) => {
    const killer = killers.get(name);
    if (killer === undefined) throw new Error(`no NFS server ${name}`);
    await killer();
  };
  return { lines: roots === "mirrored" ? [lineOf(NFS_A, NFS_B), lineOf(NFS_B, NFS_A)] : [], scraped, kill };
}

const lineOf = ({ name, address }: NfsServer, mirror: NfsServer): StorageLine => ({
  name,
  text: `{ name: ${name}, address: ${address}, mirror: ${mirror.name}, failOver: auto, deadAfter: 10s, up: 'up{job="nfs",server="${name}"}' }`,
});
