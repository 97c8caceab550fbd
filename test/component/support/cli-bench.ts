/** The CLI as a process of its own, and a daemon to talk to: the real API, keeper, store and boot links over a simulated farm. */
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { startDemoFarm } from "../../../src/cli/demo/demo-farm.ts";
import { unreadDhcp, withBootPlaces } from "../../../src/cli/demo/demo-site.ts";
import { hasInit, makeImageRoot } from "../../../src/cli/demo/image-root.ts";
import { Telemetry } from "../../../src/control/telemetry.ts";
import { createApi } from "../../../src/http/server.ts";
import { makeFirstToken } from "../../../src/http/tokens.ts";
import type { Simulation } from "../../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import { builtFile } from "./built.ts";
import { freePort, temporaryDirectory } from "./ports.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Run = (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ended>;

const EXAMPLE = fileURLToPath(new URL("../../../policies/example", import.meta.url));
const MONDAY_MS = Date.UTC(2026, 10, 23);
const DEADLINE_MS = 60_000;

/** Nothing of the environment that the tests run in may find its way into the CLI. */
const bare = (env: Readonly<Record<string, string>>) => ({ PATH: process.env.PATH ?? "", TZ: "Europe/Berlin", ...env });

/** `args` after `retask --site SITE`. Never a terminal: standard input is closed, the others are pipes. */
export async function cliFor(site: string, deadlineMs = DEADLINE_MS): Promise<Run> {
  const main = await builtFile("cli/main.js");
  return (args, env = {}) =>
    new Promise((resolve) => {
      const options = { env: bare(env), timeout: deadlineMs };
      const child = execFile(process.execPath, [main, "--site", site, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : (child.exitCode ?? null), stdout, stderr });
      });
      child.stdin?.end();
    });
}

/** As on a terminal: util-linux's `script` gives the command one, types `input`, and ends with the command's exit code. */
export async function onTerminal(
  site: string,
  args: readonly string[],
  input = "",
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; screen: string }> {
  const main = await builtFile("cli/main.js");
  const line = [process.execPath, main, "--site", site, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", line, "/dev/null"], { env: bare({ TERM: "xterm", ...env }) });
  let screen = "";
  let typed = false;
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString();
    // Typed once it is asked for: what comes before the question would be lost with the line's settings.
    if (!typed && input !== "" && /Type \w+ to /.test(screen)) {
      typed = true;
      child.stdin.write(input);
    }
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, screen };
}

export interface SimulatedDaemon {
  readonly site: string;
  readonly url: string;
  readonly simulation: Simulation;
  /** The directory of the boot links. */
  readonly links: string;
  readonly stopFlag: string;
  rewrite(file: string, change: (text: string) => string): Promise<void>;
  /** A version beside another one, of the same role, seen once time has passed. */
  addImage(from: string, to: string): Promise<void>;
  /** Another site's directory, which says no more than where its store is. */
  otherSite(storeFile: string): Promise<string>;
  stop(): Promise<void>;
}

/** 24 machines, not adopted yet, one tick done; time stands still until the test turns it. */
export async function startSimulatedDaemon(mode: "advise" | "auto" = "auto"): Promise<SimulatedDaemon> {
  const directory = await temporaryDirectory();
  const site = join(directory.path, "site");
  const port = await freePort();
  await cp(EXAMPLE, site, { recursive: true });
  await mkdir(join(directory.path, "var"));
  const settings = withBootPlaces(await readFile(join(site, "retask.yaml"), "utf8"), directory.path);
  const own = `listen: 127.0.0.1:${port}\nstore: { file: ${directory.path}/var/retask.db }\n`;
  await writeFile(join(site, "retask.yaml"), settings + own + unreadDhcp(directory.path));

  const store = openMemoryStore();
  const { simulation, keeper, links, linksDir } = await startDemoFarm({
    siteDir: site,
    bootDir: directory.path,
    store,
    logger: pino({ level: "silent" }),
    seed: 1,
    startWallMs: MONDAY_MS,
    stopped: () => null,
    mode,
  });
  const { controller } = simulation;
  const registry = new Telemetry().registry;
  const api = await createApi({ controller, keeper, links, registry, beaconPort: 9_421, host: "127.0.0.1" });
  await makeFirstToken(store, join(directory.path, "var/token"), MONDAY_MS);
  await api.listen({ host: "127.0.0.1", port });
  await simulation.turn();
  return {
    site,
    url: `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`,
    simulation,
    links: linksDir,
    stopFlag: join(directory.path, "var/stop"),
    rewrite: async (file, change) => {
      await writeFile(join(site, file), change(await readFile(join(site, file), "utf8")));
      await keeper.reload();
    },
    addImage: async (from, to) => {
      const text = await readFile(join(linksDir, from), "utf8");
      await writeFile(join(linksDir, to), text.replaceAll(from, to));
      const root = join(directory.path, "images", to);
      if (!hasInit(root)) await makeImageRoot(root);
    },
    otherSite: async (storeFile) => {
      const other = join(directory.path, "other");
      await mkdir(other, { recursive: true });
      await writeFile(join(other, "retask.yaml"), `store: { file: ${storeFile} }\n`);
      return other;
    },
    stop: async () => {
      await api.close();
      await keeper.close();
      await directory.remove();
    },
  };
}
