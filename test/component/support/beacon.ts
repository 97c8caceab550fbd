/** The real beacon program behind a real inetd, with a /proc of the test's own making where it wants one. */
import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type OwnedProcess, spawnOwned, waitFor } from "./ports.ts";

export const BEACON = fileURLToPath(new URL("../../../deploy/beacon/retask-beacon", import.meta.url));

export type Superserver = "systemd" | "socat" | "xinetd";

export interface BeaconServer {
  readonly address: string;
  readonly port: number;
  readonly shell: readonly string[];
  readonly superserver: Superserver;
  readonly environment: Readonly<Record<string, string>>;
  /** For xinetd's configuration. */
  readonly directory: string;
}

/** Serves the beacon as a machine would, one process for each request. */
export async function startBeacon(server: BeaconServer): Promise<OwnedProcess> {
  const { address, port, environment } = server;
  const { command, args } = await superserverCommand(server);
  const process = await spawnOwned(command, args, { env: { PATH: "/usr/bin:/bin:/usr/sbin", ...environment } });
  const url = `http://${address}:${port}/metrics`;
  await waitFor(async () => (await fetch(url)).ok, 10_000, `the beacon at ${url} behind ${server.superserver}`);
  return process;
}

async function superserverCommand(server: BeaconServer): Promise<{ command: string; args: string[] }> {
  const { address, port, shell, superserver, environment } = server;
  switch (superserver) {
    case "systemd": {
      const passed = Object.entries(environment).map(([name, value]) => `--setenv=${name}=${value}`);
      const listen = ["--accept", "--inetd", `--listen=${address}:${port}`];
      return { command: "/usr/bin/systemd-socket-activate", args: [...listen, ...passed, ...shell, BEACON] };
    }
    case "socat": {
      const listen = `TCP-LISTEN:${port},bind=${address},reuseaddr,fork`;
      return { command: "socat", args: [listen, `EXEC:${[...shell, BEACON].join(" ")}`] };
    }
    case "xinetd":
      return { command: "xinetd", args: ["-dontfork", "-f", await writeXinetdConfiguration(server)] };
  }
}

async function writeXinetdConfiguration(server: BeaconServer): Promise<string> {
  const [program, ...rest] = [...server.shell, BEACON];
  const path = await absolutePath(program);
  const file = join(server.directory, "xinetd.conf");
  const environment = Object.entries(server.environment).map(([name, value]) => `  env += ${name}=${value}`);
  await writeFile(
    file,
    `service retask-beacon
{
  type = UNLISTED
  socket_type = stream
  protocol = tcp
  bind = ${server.address}
  port = ${server.port}
  wait = no
  user = root
  server = ${path}
  server_args = ${rest.join(" ")}
  env += PATH=/usr/bin:/bin
${environment.join("\n")}
  disable = no
}
`,
  );
  return file;
}

async function absolutePath(program: string): Promise<string> {
  const path = program.startsWith("/") ? program : join("/usr/bin", program);
  await access(path);
  return path;
}

/** Writes files below a stand-in for /proc or /sys; NUL bytes in a value are kept. */
export async function writeTree(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(root, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
