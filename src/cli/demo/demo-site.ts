/** The demo's own copy of the example site: `RETASK_SITE` alone then leads the command line to the demo and to its token. */
import { appendFile, cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The example site of the repository, beside `src` and `dist`. */
const EXAMPLE = fileURLToPath(new URL("../../../policies/example", import.meta.url));

/**
 * Copies the site's files into `directory`, which is the site's from then on. The demo acts, so its mode is `auto`; and it
 * has a file of DHCP entries, which no server reads.
 */
export async function makeDemoSite(directory: string): Promise<void> {
  await cp(EXAMPLE, directory, { recursive: true });
  const settings = join(directory, "retask.yaml");
  const text = (await readFile(settings, "utf8")).replace(/^mode: advise.*$/m, "mode: auto");
  await writeFile(settings, `${withBootPlaces(text, directory)}${unreadDhcp(directory)}`);
}

/** retask.yaml with the boot links and NFS roots that `makeBootDirectory` makes below `directory`. */
export const withBootPlaces = (settings: string, directory: string): string =>
  settings.replace(
    /^bootLinks: .*$/m,
    `bootLinks: ${join(directory, "tftp/pxelinux.cfg")}\nimages: { roots: { "10.0.1.20:/images": ${join(directory, "images")} } }`,
  );

/** As a line of retask.yaml: entries that can be looked at, though no server is there to be told of them. */
export const unreadDhcp = (directory: string): string =>
  `dhcp: { server: dnsmasq, file: ${join(directory, "dnsmasq.retask")}, reload: [/bin/true] }\n`;

/** Where the demo keeps its record. The token and the flag file of `retask stop` lie beside it. */
export const demoStoreFile = (directory: string): string => join(directory, "retask.db");

/** Says in the site's files where the demo is; its port is known only once it listens. `address` is as in http://127.0.0.1:9420 */
export const addAddress = (directory: string, address: string): Promise<void> =>
  appendFile(
    join(directory, "retask.yaml"),
    `listen: ${new URL(address).host}\nstore: { file: ${demoStoreFile(directory)} }\n`,
  );
