/**
 * A stub machine, as power-on starts it: node machine.mjs MACHINE.json
 *
 * It does what firmware, pxelinux and an image would: waits, fetches its own boot link and the kernel over TFTP, takes role
 * and image from the APPEND line, makes a new boot id, and serves. Role web: an HTTP server at port 8080. Role compile: a
 * real distccd. In each role: the beacon. SIGTERM is the ACPI button, which firmware ignores; a power cut is SIGKILL, and
 * takes the whole session with it.
 */
import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** @typedef {{ name: string, ip: string, mac: string, hexIp: string, tftp: string, bootMs: number, requestMs: [number, number] }} Machine */
/** @typedef {{ role: string, image: string, kernel: string }} Boot */

/** @type {Machine} */
const machine = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const FETCHES = 3;
const SLOTS = 2;
const DISTCC_PORT = 3632;

/** @type {import("node:child_process").ChildProcess | null} */
let distccd = null;
let booted = false;
process.on("SIGTERM", () => {
  if (!booted) return;
  // Children first: the chassis is off as soon as this process is gone.
  if (distccd?.pid === undefined) process.exit(0);
  distccd.once("exit", () => process.exit(0));
  distccd.kill("SIGTERM");
});

await sleep(machine.bootMs);
const boot = await bootOverTftp();
if (boot === null) {
  console.log("PXE-E32: boot failed; hanging, as firmware does");
  setInterval(() => {}, 60_000);
} else {
  console.log(`booted ${boot.image} as ${boot.role}`);
  await serve(boot);
}

/** @returns {Promise<Boot | null>} */
async function bootOverTftp() {
  for (let attempt = 0; attempt < FETCHES; attempt++) {
    try {
      const boot = parseImage(await fetchFile(`pxelinux.cfg/${machine.hexIp}`));
      await fetchFile(boot.kernel);
      return boot;
    } catch (error) {
      console.log(`fetch ${attempt + 1} of ${FETCHES}: ${String(error)}`);
      await sleep(300);
    }
  }
  return null;
}

/** @param {string} file */
async function fetchFile(file) {
  const { stdout } = await promisify(execFile)("curl", ["-sSf", "--max-time", "5", `tftp://${machine.tftp}/${file}`]);
  return stdout;
}

/**
 * @param {string} text
 * @returns {Boot}
 */
function parseImage(text) {
  const [, role] = /^\s*APPEND .*\bretask\.role=(\S+)/m.exec(text) ?? [];
  const [, image] = /^\s*APPEND .*\bretask\.image=(\S+)/m.exec(text) ?? [];
  const [, kernel] = /^\s*KERNEL (\S+)/m.exec(text) ?? [];
  if (role === undefined || image === undefined || kernel === undefined) throw new Error(`not an image: ${text}`);
  return { role, image, kernel };
}

/** @param {Boot} boot */
async function serve(boot) {
  const bootId = randomUUID();
  const startedMs = performance.now();
  // The init system of a real image would handle the button from here on.
  booted = true;
  if (boot.role === "compile") startDistccd();
  if (boot.role === "web") await listen(8080, serveWeb);
  await listen(9421, (_, response) => {
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(beaconText(boot, bootId, (performance.now() - startedMs) / 1_000));
  });
}

/**
 * @param {number} port
 * @param {import("node:http").RequestListener} answer
 */
function listen(port, answer) {
  return new Promise((resolve, reject) => {
    const server = createServer(answer);
    server.once("error", reject);
    server.listen(port, machine.ip, () => resolve(undefined));
  });
}

/** `/` answers at once, for health checks; `/?ms=4000` after 4 s; any other path takes as long as this machine's work does. */
function serveWeb(
  /** @type {import("node:http").IncomingMessage} */ request,
  /** @type {import("node:http").ServerResponse} */ response,
) {
  const url = new URL(request.url ?? "/", "http://machine");
  const [least, most] = machine.requestMs;
  const asked = url.searchParams.get("ms");
  const ms = asked !== null ? Number(asked) : url.pathname === "/" ? 0 : least + Math.random() * (most - least);
  setTimeout(() => response.end(`${machine.name}\n`), ms);
}

function startDistccd() {
  const user = process.getuid?.() === 0 ? ["--user", "distccd"] : [];
  const ports = ["--listen", machine.ip, "-p", String(DISTCC_PORT), "--stats", "--stats-port", "3633"];
  const rest = ["-j", String(SLOTS), "--allow", "127.0.0.0/8", "--log-stderr", "--log-level", "warning"];
  distccd = spawn("distccd", ["--daemon", "--no-detach", ...user, ...ports, ...rest], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  distccd.once("exit", (code, signal) => console.log(`distccd ended: ${code ?? signal}`));
}

/**
 * @param {Boot} boot
 * @param {string} bootId
 * @param {number} uptimeS
 */
function beaconText({ role, image }, bootId, uptimeS) {
  const labels = Object.entries({ format: "1", machine: machine.name, mac: machine.mac, role, image, boot_id: bootId });
  const info = labels.map(([name, value]) => `${name}="${value}"`).join(",");
  const lines = [`retask_beacon_info{${info}} 1`, `retask_beacon_uptime_seconds ${uptimeS.toFixed(1)}`];
  return `${[...lines, ...(distccd === null ? [] : distccLines())].join("\n")}\n`;
}

/** From the kernel's socket table, as the real beacon reads it: accepted connections have an inode, waiting ones are backlog. */
function distccLines() {
  const bytes = machine.ip.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"));
  const local = `${bytes.reverse().join("")}:${DISTCC_PORT.toString(16).padStart(4, "0")}`.toUpperCase();
  const rows = readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  let [inFlight, queue] = [0, 0];
  for (const [, address, , state, queues = "", , , , , inode] of rows) {
    if (address !== local) continue;
    if (state === "0A") queue += Number.parseInt(queues.split(":")[1] ?? "0", 16);
    else if (inode !== "0") inFlight++;
  }
  return [
    `retask_beacon_distcc_in_flight ${inFlight}`,
    `retask_beacon_distcc_queue ${queue}`,
    `retask_beacon_distcc_slots ${SLOTS}`,
  ];
}
