/** Real TFTP servers on the loopback: tftpd-hpa on a free port, dnsmasq on an address of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { fetchOverTftp } from "../../../src/world/boot-server/tftp-client.ts";

export interface Tftpd {
  /** As `tftp` of retask.yaml: `address:port`. */
  readonly address: string;
  /** Resolves when the process has ended. Safe to repeat. */
  stop(): Promise<void>;
  /** Starts it again on the same address, after `stop`. */
  start(): Promise<void>;
}

/** tftpd-hpa, serving `directory` as its root (chrooted, as user nobody: the files must be world-readable). */
export async function startTftpd(directory: string): Promise<Tftpd> {
  const address = `127.0.0.1:${await freeUdpPort()}`;
  return startServer(address, ["in.tftpd", "--foreground", "--ipv4", "--address", address, "--secure", directory]);
}

/** dnsmasq's TFTP server: it knows no port but 69, so it gets a loopback address of its own; its words go to `logFile`. */
export async function startDnsmasqTftp(directory: string, logFile?: string): Promise<Tftpd> {
  const host = `127.${randomInt(64, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`;
  const args = ["--conf-file=/dev/null", "--keep-in-foreground", "--pid-file=", "--port=0", "--user=root"];
  return startServer(`${host}:69`, [
    "dnsmasq",
    ...args,
    "--bind-interfaces",
    `--listen-address=${host}`,
    "--enable-tftp",
    `--tftp-root=${directory}`,
    ...(logFile === undefined ? [] : [`--log-facility=${logFile}`]),
  ]);
}

export function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** Any other: `argv` runs it in the foreground; its sign of life is that it answers at `address:port`. */
export async function startServer(address: string, [program = "", ...args]: string[]): Promise<Tftpd> {
  let child: ChildProcess | null = null;
  const start = async () => {
    // A process group of its own, so that the children that tftpd forks for each transfer end with it.
    child = spawn(program, args, { stdio: "ignore", detached: true });
    await untilItAnswers(address, child);
  };
  await start();
  return {
    address,
    start,
    stop: async () => {
      const running = child;
      child = null;
      if (running?.pid === undefined || running.exitCode !== null) return;
      const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()));
      process.kill(-running.pid, "SIGKILL");
      await ended;
    },
  };
}

/** "File not found" is an answer: the server is up. */
async function untilItAnswers(address: string, child: ChildProcess): Promise<void> {
  const [host = "", port = ""] = address.split(":");
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the TFTP server at ${address} ended at once (${child.exitCode})`);
    const reply = await fetchOverTftp(
      { host, port: Number(port) },
      { file: "is-anyone-there", want: "start", maxBytes: 512 },
      { deadlineMs: 200, retransmitMs: 1_000 },
      new AbortController().signal,
    );
    if (reply.ok || reply.code === "RTK_TFTP_NOT_FOUND" || reply.code === "RTK_TFTP_DENIED") return;
  }
  throw new Error(`no TFTP server answers at ${address}`);
}
