/** `retask doctor` over a site with every fault at once: each is found, by its name and where it is. */
import { chmod, chown, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DoctorResult } from "../../src/cli/text/doctor-text.ts";
import { type DoctorSite, Parts, startDoctorSite } from "./support/doctor-site.ts";
import type { SiteMachine } from "./support/doctor-site-files.ts";
import { waitFor } from "./support/ports.ts";
import { startExporter } from "./support/prometheus.ts";
import { hexAddress } from "./support/real-farm/addresses.ts";

const SHARED_GUID = "a0b1c2d3e4f5061728394a5b6c7d8e9f";
const WRONG_BY_MS = 90_000;

const parts = new Parts();
let site: DoctorSite;
let result: DoctorResult;

beforeAll(async () => {
  // A sample with a time stamp of its own, as a push gateway's: the scrapes are fresh, what they bring is not.
  const old = await startExporter(`web_load 12 ${Date.now() - 100_000}\n`);
  parts.keep(old, ({ stop }) => stop());
  site = await startDoctorSite(parts, {
    bmcs: {
      m1: { anonymous: true, suite0: true, guid: SHARED_GUID, enrolled: null, password: "the-same" },
      m2: { guid: SHARED_GUID, enrolled: null, password: "the-same" },
      m3: { enrolled: "00112233445566778899aabbccddee01" },
    },
    beacons: { m1: "m9", m2: null },
    haproxyLevel: "operator",
    servers: { m1: "127.0.0.99", m2: null },
    targets: [old.target],
  });
  await breakFiles(site);
  await breakLinks(site);
  await breakDhcp(site);
  await breakSettings(site, await startWrongClock(site.prometheusUrl));
  await waitFor(() => site.query("web_load"), 20_000, "the old sample in Prometheus");
  result = await site.doctor();
}, 60_000);
afterAll(() => parts.stopAll());

const pathsOf = ({ root }: DoctorSite, ...names: string[]): string[] => names.map((name) => join(root.links, name));
const machineOf = ({ machines }: DoctorSite, name: string): SiteMachine => {
  const machine = machines.find((one) => one.name === name);
  if (machine === undefined) throw new Error(`no machine ${name}`);
  return machine;
};

async function breakFiles({ dir, storeFile, hostsFile, root }: DoctorSite): Promise<void> {
  await chown(storeFile, 65_534, 65_534);
  await chmod(join(dir, "password-m2"), 0o644);
  await rm(join(dir, "password-m4"));
  await writeFile(hostsFile, "127.77.1.3:3632/4\n/0\n");
  await rm(join(root.path, "compile/initrd.img"));
}

async function breakLinks(at: DoctorSite): Promise<void> {
  const { links } = at.root;
  const linkOf = (name: string): string => join(links, hexAddress(machineOf(at, name).ip));
  await writeFile(join(links, `01-${machineOf(at, "m1").mac.replaceAll(":", "-")}`), "DEFAULT old\n");
  await rm(linkOf("m2"));
  await symlink(join(links, "web.2026-11"), linkOf("m2"));
  await rm(linkOf("m4"));
  await symlink("web.2026-11", join(links, "0A0A0A0A"));
  await writeFile(join(links, "default"), "# retask: role=web\nDEFAULT linux\nLABEL linux\n  KERNEL web/vmlinuz\n");
  await writeFile(join(links, "odd.1"), "# retask: role=web image=odd.1\nLABEL linux\n  KERNEL web/vmlinuz\n");
  const owner = { owner: "another-store", host: "another-host", since: "2026-11-23T00:00:00Z" };
  await writeFile(join(links, ".retask-owner"), JSON.stringify(owner));
}

/** m2's entry is taken out by hand, and so is the line that includes the file. */
async function breakDhcp({ dir }: DoctorSite): Promise<void> {
  const file = join(dir, "dhcp/retask.conf");
  const entries = (await readFile(file, "utf8")).split("\n");
  await writeFile(file, entries.filter((line) => !line.startsWith("host m2 ")).join("\n"));
  await writeFile(join(dir, "dhcp/dhcpd.conf"), `# include "${file}";\n`);
}

async function breakSettings(at: DoctorSite, prometheus: string): Promise<void> {
  const settings = (await at.read("retask.yaml"))
    .replace(at.prometheusUrl, prometheus)
    .replace("/bin/true", "/nowhere/reload")
    .replace(`haproxy: ${at.haproxy.socket}`, `haproxy: [${at.haproxy.socket}, unix:/nowhere/haproxy.sock]`);
  await at.write("retask.yaml", settings);
  const fleet = await at.read("fleet.yaml");
  await at.write("fleet.yaml", fleet.replace("name: m3,", "name: m3, image: { compile: odd.1 },"));
  await at.write(
    "policies/web.yaml",
    `role: web
images: { production: web.production }
demand: { series: web_load, maxAge: 10s, expectSeries: 2, perMachine: 5, confirm: sum(nowhere) }
machines: { floor: 1 }
traffic: { haproxy: { backend: web } }
`,
  );
  await at.write(
    "policies/api.yaml",
    `role: api
images: { production: api.production }
demand: { series: nowhere_load, perMachine: 5 }
machines: { floor: 0 }
traffic: { haproxy: { backend: api } }
`,
  );
}

/** The real Prometheus, by whose answer to `time()` its clock is ahead. */
async function startWrongClock(url: string): Promise<string> {
  const server = createServer((request, response) => void relay(url, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  parts.keep(server, async () => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function relay(url: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await fetch(`${url}${request.url}`, { method: "POST", headers, body });
  const text = await answer.text();
  const ahead = (_: string, seconds: string): string => `,"${Number(seconds) + WRONG_BY_MS / 1_000}"]`;
  response.writeHead(answer.status, { "content-type": "application/json" });
  response.end(body === "query=time%28%29" ? text.replace(/,"([\d.]+)"\]/, ahead) : text);
}

/** Where each fault was found, by name and level. */
function found(): Record<string, string[]> {
  const named: Record<string, string[]> = {};
  for (const finding of result.findings) {
    if (!("name" in finding)) continue;
    const key = `${finding.level} ${finding.name}`;
    named[key] = [...(named[key] ?? []), ...finding.where];
  }
  return named;
}

test("every fault is found, by name and place, and nothing else", () => {
  const { root, haproxy, storeFile, hostsFile } = site;
  expect(found()).toEqual({
    "warning user-differs": [storeFile],
    "error password-file": ["m4"],
    "error password-readable": ["m2"],
    "warning password-shared": ["m1", "m2"],
    "error bmc-suite-0": ["m1"],
    "error bmc-anonymous": ["m1"],
    "error bmc-wrong-guid": ["m3"],
    "error bmc-login": ["m4"],
    "error guid-same": ["m1", "m2"],
    "error links-owner": [root.links],
    "error link-shadowed": ["m1"],
    "error link-foreign": ["m2"],
    "warning link-missing": ["m4"],
    "warning link-stray": pathsOf(site, "0A0A0A0A"),
    "error default-serves": pathsOf(site, "default"),
    "error dhcp-behind": [join(site.dir, "dhcp/retask.conf")],
    "error dhcp-include": [join(site.dir, "dhcp/dhcpd.conf")],
    "error dhcp-reload": ["/nowhere/reload"],
    "error image-missing": ["api.production"],
    "error image-role": ["odd.1"],
    "error image-incomplete": ["compile.7"],
    "error prometheus-value": ["api"],
    "error prometheus-stale": ["web"],
    "error prometheus-count": ["web"],
    "error prometheus-confirm": ["web"],
    "error haproxy-level": [haproxy.socket],
    "error haproxy-server": ["m2"],
    "warning haproxy-address": ["m1"],
    "error haproxy-backend": [haproxy.socket],
    "error haproxy-silent": ["unix:/nowhere/haproxy.sock"],
    "error hosts-void": [hostsFile],
    "warning hosts-entry": [hostsFile],
    "error beacon-other": ["m1"],
    "error beacon-silent": ["m2"],
    "warning beacon-silent": ["m4"],
    "error clock-apart": ["Prometheus"],
  });
});

test("each says why and what to do", () => {
  for (const finding of result.findings) {
    if (!("name" in finding)) continue;
    expect(`${finding.why} ${finding.advice}`).toMatch(/\w+ \w+/);
    expect(finding.why).not.toBe("");
    expect(finding.advice).not.toBe("");
  }
});

test("a directory that another controller owns is not written, and nothing shows a password", () => {
  expect(JSON.stringify(result)).not.toMatch(/the-same|own-word/);
  expect(JSON.stringify(result)).toContain("another-host");
});
