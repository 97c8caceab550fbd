/** The demo's own copy of the example site: `RETASK_SITE` alone then leads the command line to the demo and to its token. */
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The example site of the repository, beside `src` and `dist`. */
const EXAMPLE = fileURLToPath(new URL("../../../policies/example", import.meta.url));

/**
 * Copies the site's files into `directory`, which is the site's from then on. The demo acts, so its mode is `auto`; it serves
 * its images from the disk; and it has a file of DHCP entries, which no server reads. `port`: of the API on 127.0.0.1
 */
export async function makeDemoSite(directory: string, port: number): Promise<void> {
  await cp(EXAMPLE, directory, { recursive: true });
  const settings = join(directory, "retask.yaml");
  const text = (await readFile(settings, "utf8"))
    .replace(/^mode: advise.*$/m, "mode: auto")
    .replace(/^tftp: .*\n/m, "");
  const own = `listen: 127.0.0.1:${port}\nstore: { file: ${demoStoreFile(directory)} }\n`;
  await writeFile(settings, `${withBootPlaces(text, directory)}${unreadDhcp(directory)}${own}`);
}

/** retask.yaml with the boot links and NFS roots, the same on every file server, that `makeBootDirectory` makes below `directory`. */
export const withBootPlaces = (settings: string, directory: string): string =>
  settings.replace(
    /^bootLinks: .*$/m,
    `bootLinks: ${join(directory, "tftp/pxelinux.cfg")}\nimages: { roots: { "/images": ${join(directory, "images")} } }`,
  );

/** As a line of retask.yaml: entries that can be looked at, though no server is there to be told of them. */
export const unreadDhcp = (directory: string): string =>
  `dhcp: { server: dnsmasq, file: ${join(directory, "dnsmasq.retask")}, reload: [/bin/true] }\n`;

/** Where the demo keeps its record. The token and the flag file of `retask stop` lie beside it. */
export const demoStoreFile = (directory: string): string => join(directory, "retask.db");
