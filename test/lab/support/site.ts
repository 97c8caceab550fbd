/** The operator's files of a lab: those of test/lab/site with the places of this run filled in. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LabMachine } from "./machines.ts";

const TEMPLATES = fileURLToPath(new URL("../site", import.meta.url));

/** Each word of the templates, and what stands for it. */
export interface SiteWords {
  readonly listen: string;
  readonly store: string;
  readonly bootLinks: string;
  readonly tftp: string;
  readonly bootLog: string;
  readonly prometheus: string;
  readonly haproxy: string;
  readonly passwordFile: string;
  readonly hostsFile: string;
  readonly webFloor: number;
  readonly compileFloor: number;
  readonly atOnce: number;
  readonly perMachine: number;
  readonly spares: number;
  /** The file servers, as retask.yaml lists them. */
  readonly storage: readonly StorageLine[];
}

/** One of retask.yaml's storage; machines belong on them in turn. */
export interface StorageLine {
  readonly name: string;
  /** All of its keys, in YAML. */
  readonly text: string;
}

export async function writeLabSite(dir: string, machines: readonly LabMachine[], words: SiteWords): Promise<void> {
  const storage = `[${words.storage.map(({ text }) => text).join(", ")}]`;
  const all: Readonly<Record<string, string | number>> = {
    ...words,
    storage,
    machines: fleetLines(machines, words.storage),
  };
  for (const file of await readdir(TEMPLATES, { recursive: true })) {
    if (!file.endsWith(".yaml")) continue;
    const template = await readFile(join(TEMPLATES, file), "utf8");
    const text = template.replace(/\{\{(\w+)\}\}/g, (whole, word: string) => String(all[word] ?? whole));
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  }
}

const fleetLines = (machines: readonly LabMachine[], storage: readonly StorageLine[]): string =>
  machines
    .map(({ name, ip, mac, bmc, loader }, at) => {
      const server = storage[at % Math.max(1, storage.length)];
      const domains = server === undefined ? "" : `, domains: { storage: ${server.name} }`;
      const other = loader === "pxelinux" ? "" : `, loader: ${loader}`;
      return `  - { name: ${name}, ip: ${ip}, mac: "${mac}", bmc: ${bmc.address}${other}${domains} }`;
    })
    .join("\n");
