/** Every key that the files may hold is accepted, and means what it says. */
import { expect, test } from "vitest";
import { roleName } from "../../../src/core/domain/names.ts";
import { configurationOf, fleetOf, RETASK, replaced, WEB } from "./support/site-files.ts";

const EVERY_KEY_OF_WEB = `role: web
images: { production: web.production, prototype: web.prototype }
prototypeMachines: 0
demand:
  series: haproxy_backend_current_sessions{proxy="web"}
  aggregate: max
  expectSeries: 2
  maxAge: 30s
  perMachine: 55
  headroom: 12.5%
  confirm: sum(rate(haproxy_frontend_http_requests_total{proxy="www"}[2m]))
  suspectFor: 10m
machines:
  floor: 4
  max: 10
  step: 4
  raiseFloor:
    - { opens: "0 7 * * 1-5", for: 12h, timezone: Europe/Berlin, floor: 8 }
hold: { up: 2m, down: 6m, cool: 10s }
blind: grow
warmUp: 90s
shortageCost: 30
forecast: none
traffic:
  haproxy: { backend: web, drainFor: 5m, onTimeout: proceed }
  hook: { off: [/usr/local/bin/lb, "off", "{machine}"], on: [/usr/local/bin/lb, "on", "{machine}"], deadline: 20s }
health: []
`;

const EVERY_LIMIT = `limits:
  atOnce: 3
  perHour: 50%
  perDomain: { rack: 1, row: 3 }
  dwell: 20m
  reserve: { machines: 1, power: "on", image: spare }
  windows:
    - { opens: "0 * * * *", for: 10m, timezone: Europe/Berlin }
  urgent: { shortBy: 3 }
  freeze:
    - { opens: "0 20 24 12 *", for: 36h, timezone: Europe/Berlin }
  breaker: { failures: 2, within: 30m }
  unknownFreeze: 30%
  acceptance: { removedShare: 10% }
`;

const EVERY_SETTING = `mode: auto
tick: 5s
listen: 127.0.0.1:9999
store: { file: /tmp/r.db, keepDecisions: 9d, keepDemand: 40d }
bootLinks: { pxelinux: /srv/tftp/pxelinux.cfg, grub: /srv/tftp/grub }
tftp: 10.0.1.5:6969
images: { roots: { "10.0.1.20:/images": /srv/nfs/images, /diskless: /srv/diskless } }
prometheus: { url: "https://prometheus:9090", deadline: 3s, tokenFile: /etc/retask/prometheus }
beacon: { port: 9000, maxAge: 40s }
haproxy: [unix:/run/haproxy/admin.sock, tcp:10.0.1.7:9999]
bmc: { user: retask, passwordFile: /etc/retask/bmc, interval: 6s, softOff: 100s }
dhcp:
  server: kea
  file: /etc/kea/machines.json
  config: /etc/kea/main.conf
  reload: [/usr/local/bin/reload-kea, now]
  socket: /run/kea/own
  nextServer: 10.0.1.5
  filename: { pxelinux: linux-install/pxelinux.0, grub: grub/core.efi }
storage:
  - { name: nfs-a, address: 10.0.1.20, port: 2049, mirror: nfs-b, failOver: ask, up: 'up{instance="nfs-a:9100"}', deadAfter: 60s,
      wellAfter: 10m, machines: 60, bootsAtOnce: 5 }
  - { name: nfs-b, address: 10.0.1.21, mirror: nfs-a }
notify:
  - { url: "https://chat.example/hook", on: [quarantine, hold, breaker, expiry] }
  - { url: "http://10.0.1.5:9093", form: alertmanager, deadline: 3s, tokenFile: /etc/retask/alertmanager }
`;

const FIRST = '  - { name: m01, ip: 10.0.3.1, mac: "00:11:22:33:44:01", bmc: 10.0.9.1 }';
const EVERY_KEY_OF_A_MACHINE = `  - name: m01
    ip: 10.0.3.1
    mac: "00:11:22:33:44:AA"
    bmc: { address: bmc-01.example, port: 624, passwordFile: /etc/retask/bmc/m01 }
    domains: { rack: r1, pdu: p1a, storage: nfs-a }
    roles: [web]
    capacity: 1.5
    loader: grub
    image: { web: web.2026-11 }
    status: retiring`;

const { site, settings } = configurationOf({
  "policies/web.yaml": EVERY_KEY_OF_WEB,
  "policies/limits.yaml": EVERY_LIMIT,
  "retask.yaml": EVERY_SETTING,
  "fleet.yaml": `defaults: { roles: [compile, web], capacity: 2, loader: pxelinux }\n${replaced(fleetOf(12), FIRST, EVERY_KEY_OF_A_MACHINE)}`,
});

test("a policy", () => {
  expect(site.policies.get(roleName("web"))).toMatchObject({
    images: { prototype: "web.prototype" },
    demand: { aggregate: "max", expectSeries: 2, maxAge: 30_000, headroom: 12.5, suspectFor: 600_000 },
    machines: { max: 10, step: 4, raiseFloor: [{ opens: "0 7 * * 1-5", for: 43_200_000, floor: 8 }] },
    hold: { up: 120_000, down: 360_000, cool: 10_000 },
    blind: "grow",
    warmUp: 90_000,
    shortageCost: 30,
    traffic: {
      haproxy: { drainFor: 300_000, onTimeout: "proceed" },
      hook: { off: ["/usr/local/bin/lb", "off", "{machine}"], deadline: 20_000 },
    },
  });
});

test("the limits", () => {
  expect(site.limits).toMatchObject({
    atOnce: { kind: "count", count: 3 },
    perHour: { kind: "percent", percent: 50 },
    perDomain: { rack: 1, row: 3 },
    reserve: { machines: 1, power: "on", image: "spare" },
    urgent: { shortBy: 3 },
    breaker: { failures: 2, within: 1_800_000 },
    unknownFreeze: 30,
    acceptance: { removedShare: 10 },
  });
  expect(site.limits.windows).toHaveLength(1);
  expect(site.limits.freeze).toHaveLength(1);
});

test("a machine, over the fleet's defaults", () => {
  const [first, second] = [...site.machines.values()];
  expect(first).toEqual({
    name: "m01",
    ip: "10.0.3.1",
    mac: "00:11:22:33:44:aa",
    bmc: { address: "bmc-01.example", port: 624, passwordFile: "/etc/retask/bmc/m01" },
    domains: { rack: "r1", pdu: "p1a", storage: "nfs-a" },
    roles: ["web"],
    capacity: 1.5,
    loader: "grub",
    image: { web: "web.2026-11" },
    status: "retiring",
  });
  expect(second).toMatchObject({ roles: ["compile", "web"], capacity: 2, loader: "pxelinux" });
});

test("retask.yaml", () => {
  expect(settings).toMatchObject({
    mode: "auto",
    tick: 5_000,
    bootLinks: { grub: "/srv/tftp/grub" },
    tftp: "10.0.1.5:6969",
    prometheus: { url: "https://prometheus:9090", deadline: 3_000, tokenFile: "/etc/retask/prometheus" },
    haproxy: ["unix:/run/haproxy/admin.sock", "tcp:10.0.1.7:9999"],
    dhcp: {
      server: "kea",
      file: "/etc/kea/machines.json",
      config: "/etc/kea/main.conf",
      reload: ["/usr/local/bin/reload-kea", "now"],
      socket: "/run/kea/own",
      nextServer: "10.0.1.5",
      filename: { pxelinux: "linux-install/pxelinux.0", grub: "grub/core.efi" },
    },
    bmc: { interval: 6_000, softOff: 100_000 },
  });
  expect(settings.storage).toHaveLength(2);
  const everything = ["quarantine", "hold", "breaker", "floorMargin", "storage", "expiry", "acceptance", "rollout"];
  expect(settings.notify).toMatchObject([
    {
      url: "https://chat.example/hook",
      form: "json",
      on: ["quarantine", "hold", "breaker", "expiry"],
      deadline: 10_000,
    },
    { form: "alertmanager", on: everything, deadline: 3_000, tokenFile: "/etc/retask/alertmanager" },
  ]);
});

test("the kinds of DHCP server alone, with what is usual", () => {
  const dhcpOf = (line: string) => configurationOf({ "retask.yaml": `${RETASK}dhcp: ${line}\n` }).settings.dhcp;
  expect(dhcpOf("dnsmasq")).toEqual({
    server: "dnsmasq",
    file: "/etc/dnsmasq.retask",
    config: null,
    reload: ["/usr/bin/systemctl", "reload", "dnsmasq"],
    socket: null,
    nextServer: null,
    filename: {},
  });
  expect(dhcpOf("{ server: isc, filename: pxelinux.0 }")).toMatchObject({
    config: "/etc/dhcp/dhcpd.conf",
    reload: ["/usr/bin/systemctl", "restart", "isc-dhcp-server"],
    filename: { pxelinux: "pxelinux.0" },
  });
  expect(dhcpOf("kea")).toMatchObject({ reload: null, socket: "/run/kea/kea4-ctrl-socket" });
});

test("the other kinds of demand", () => {
  const demandOf = (demand: string) =>
    configurationOf({
      "policies/web.yaml": replaced(
        WEB,
        `demand:\n  series: haproxy_backend_current_sessions{proxy="web"}\n  perMachine: 55`,
        `demand: ${demand}`,
      ),
    }).site.policies.get(roleName("web"))?.demand;
  expect(demandOf("{ distcc: { perMachine: slots }, headroom: 5% }")).toEqual({
    kind: "distcc",
    perMachine: "slots",
    headroom: 5,
  });
  expect(demandOf("{ distcc: { perMachine: 4 } }")).toMatchObject({ perMachine: 4, headroom: 15 });
  expect(demandOf('{ expression: "sum(a) + sum(b)", ageOf: "a", perMachine: 3 }')).toMatchObject({
    kind: "expression",
    expression: "sum(a) + sum(b)",
    ageOf: "a",
  });
});
