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
}

export async function writeLabSite(dir: string, machines: readonly LabMachine[], words: SiteWords): Promise<void> {
  const all: Readonly<Record<string, string | number>> = { ...words, machines: fleetLines(machines) };
  for (const file of await readdir(TEMPLATES, { recursive: true })) {
    if (!file.endsWith(".yaml")) continue;
    const template = await readFile(join(TEMPLATES, file), "utf8");
    const text = template.replace(/\{\{(\w+)\}\}/g, (whole, word: string) => String(all[word] ?? whole));
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  }
}

const fleetLines = (machines: readonly LabMachine[]): string =>
  machines
    .map(({ name, ip, mac, bmc, loader }) => {
      const other = loader === "pxelinux" ? "" : `, loader: ${loader}`;
      return `  - { name: ${name}, ip: ${ip}, mac: "${mac}", bmc: ${bmc.address}${other} }`;
    })
    .join("\n");
