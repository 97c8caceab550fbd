/** Files that do not fit the surroundings, the calendar, or this version of retask. */
import { describe } from "vitest";
import { compile, moreLimits, moreRetask, refuses, web } from "./support/refusals.ts";
import { RETASK, replaced } from "./support/site-files.ts";

describe("the surroundings", () => {
  refuses([
    [
      "a Prometheus on a machine of the pool",
      { "retask.yaml": replaced(RETASK, "10.0.1.5", "10.0.3.5") },
      [
        "retask.yaml:2:13 prometheus: Prometheus runs on m05 (10.0.3.5), a machine of the pool; what retask depends on must stand outside it",
      ],
    ],
    [
      "a HAProxy on a machine of the pool",
      { "retask.yaml": replaced(RETASK, "unix:/run/haproxy/admin.sock", "[tcp:10.0.3.6:9999]") },
      [
        "retask.yaml:3:11 haproxy[0]: HAProxy runs on m06 (10.0.3.6), a machine of the pool; what retask depends on must stand outside it",
      ],
    ],
    [
      "a TFTP server on a machine of the pool",
      moreRetask("tftp: 10.0.3.7:69\n"),
      [
        "retask.yaml:5:7 tftp: the TFTP server runs on m07 (10.0.3.7), a machine of the pool; what retask depends on must stand outside it",
      ],
    ],
    [
      "the TFTP server of the DHCP entries on a machine of the pool",
      moreRetask("dhcp: { server: isc, nextServer: 10.0.3.7 }\n"),
      [
        "retask.yaml:5:34 dhcp.nextServer: the TFTP server runs on m07 (10.0.3.7), a machine of the pool; what retask depends on must stand outside it",
      ],
    ],
    [
      "what dnsmasq has no use for",
      moreRetask(
        "dhcp: { server: dnsmasq, config: /etc/dnsmasq.conf, socket: /run/x, nextServer: 10.0.1.5, filename: pxelinux.0 }\n",
      ),
      [
        "retask.yaml:5:34 dhcp.config: dnsmasq tries no configuration with a hosts file; leave it out",
        "retask.yaml:5:61 dhcp.socket: only Kea has a control socket",
        "retask.yaml:5:81 dhcp.nextServer: dnsmasq's hosts file can't say it: write dhcp-boot in dnsmasq's own configuration",
        "retask.yaml:5:101 dhcp.filename: dnsmasq's hosts file can't say it: write dhcp-boot in dnsmasq's own configuration",
      ],
    ],
    [
      "a storage server on a machine of the pool, by name",
      moreRetask("storage:\n  - { name: nfs-a, address: m08 }\n"),
      [
        "retask.yaml:6:29 storage[0].address: the storage server nfs-a runs on m08, a machine of the pool; what retask depends on must stand outside it",
      ],
    ],
    [
      "the controller on a machine of the pool",
      moreRetask("listen: 10.0.3.9:9420\n"),
      [
        "retask.yaml:5:9 listen: the controller runs on m09 (10.0.3.9), a machine of the pool; what retask depends on must stand outside it",
      ],
    ],
    [
      "a mirror that is no server",
      moreRetask("storage:\n  - { name: nfs-a, address: 10.0.1.20, mirror: nfs-a }\n"),
      ["retask.yaml:6:48 storage[0].mirror: expected the name of another storage server, got nfs-a"],
    ],
    [
      "a fail-over with nowhere to go",
      moreRetask("storage:\n  - { name: nfs-a, address: 10.0.1.20, failOver: auto }\n"),
      ["retask.yaml:6:50 storage[0].failOver: auto needs a mirror, to which its machines can go"],
    ],
    [
      "two storage servers at one address",
      moreRetask("storage:\n  - { name: nfs-a, address: 10.0.1.20 }\n  - { name: nfs-b, address: 10.0.1.20 }\n"),
      [
        "retask.yaml:7:29 storage[1].address: 10.0.1.20 is already the address of another storage server: which images lie on which could not be told",
      ],
    ],
    [
      "HAProxy traffic without a HAProxy",
      { "retask.yaml": replaced(RETASK, "haproxy: unix:/run/haproxy/admin.sock\n", "") },
      ["policies/web.yaml:8:21 traffic.haproxy: needs a HAProxy, but retask.yaml names none: haproxy"],
    ],
    [
      "a series without a Prometheus",
      { "retask.yaml": replaced(RETASK, "prometheus: http://10.0.1.5:9090\n", "") },
      ["policies/web.yaml:4:11 demand.series: is asked of Prometheus, but retask.yaml names none: prometheus"],
    ],
    [
      "a fail-over on the word of one source",
      {
        "retask.yaml": `${replaced(RETASK, "prometheus: http://10.0.1.5:9090\n", "")}storage:\n  - { name: nfs-a, address: 10.0.1.20, mirror: nfs-b, failOver: ask }\n  - { name: nfs-b, address: 10.0.1.21 }\n`,
      },
      [
        "policies/web.yaml:4:11 demand.series: is asked of Prometheus, but retask.yaml names none: prometheus",
        "retask.yaml:5:65 storage[0].failOver: ask needs prometheus: a server is dead only when two sources say so",
      ],
    ],
  ]);
});

describe("schedules", () => {
  refuses([
    [
      "a minute that no clock shows",
      moreLimits('  freeze:\n    - { opens: "61 * * * *", for: 1h, timezone: UTC }\n'),
      [
        "policies/limits.yaml:4:16 limits.freeze[0].opens: not a cron expression: 61 is an invalid expression for minute",
      ],
    ],
    [
      "a time zone that no map shows",
      moreLimits('  windows:\n    - { opens: "0 * * * *", for: 1h, timezone: Mars/Olympus }\n'),
      ["policies/limits.yaml:4:48 limits.windows[0].timezone: unknown time zone; expected one as in Europe/Berlin"],
    ],
    [
      "six fields",
      web("floor: 4", 'floor: 4\n  raiseFloor:\n    - { opens: "0 0 7 * * *", for: 1h, timezone: UTC, floor: 6 }'),
      [
        "policies/web.yaml:9:16 machines.raiseFloor[0].opens: expected five cron fields, minute hour day month weekday, got 6",
      ],
    ],
  ]);
});

describe("what nobody could follow", () => {
  refuses([
    [
      "prototype machines of no prototype",
      web("role: web", "role: web\nprototypeMachines: 1"),
      ["policies/web.yaml:2:20 prototypeMachines: needs a channel to take them from: images.prototype"],
    ],
    [
      "a health query that is not about the canaries",
      web("role: web", "role: web\nhealth: [{ query: up, below: 1 }]"),
      [
        'policies/web.yaml:2:19 health[0].query: expected {machines} in it, as in machine=~"{machines}": it is asked of the canaries alone',
      ],
    ],
  ]);
});

describe("what this version would not follow", () => {
  refuses([
    [
      "a forecast of what is not measured",
      compile("role: compile", "role: compile\nforecast: seasonal"),
      ["policies/compile.yaml:2:11 forecast: only a role whose demand is a series or an expression has a forecast"],
    ],
  ]);
});

describe("receivers of notifications", () => {
  const receivers = (...lines: string[]) =>
    moreRetask(["notify:", ...lines.map((line) => `  - ${line}`), ""].join("\n"));
  refuses([
    [
      "an event that retask does not tell of",
      receivers("{ url: https://chat.example/hook, on: [hold, quarantined] }"),
      [
        'retask.yaml:6:50 notify[0].on[1]: expected quarantine, hold, breaker, floorMargin, storage, expiry, acceptance or rollout, got "quarantined"',
      ],
    ],
    [
      "nothing to tell of",
      receivers("{ url: https://chat.example/hook, on: [] }"),
      ["retask.yaml:6:43 notify[0].on: expected at least one event, got an empty list"],
    ],
    [
      "the same event twice",
      receivers("{ url: https://chat.example/hook, on: [hold, hold] }"),
      ["retask.yaml:6:43 notify[0].on: hold stands here twice"],
    ],
    [
      "the same receiver twice",
      receivers("{ url: https://chat.example/hook, on: [hold] }", "{ url: https://chat.example/hook, on: [expiry] }"),
      ["retask.yaml:7:12 notify[1].url: this receiver stands above already; write all that it is told of into one"],
    ],
    [
      "an Alertmanager's API instead of its address",
      receivers("{ url: http://10.0.1.5:9093/api/v2/alerts, form: alertmanager }"),
      ["retask.yaml:6:12 notify[0].url: expected the Alertmanager's own address; retask adds /api/v2/alerts itself"],
    ],
    [
      "a password beside a token",
      receivers("{ url: https://a:b@chat.example/hook, tokenFile: /etc/retask/chat }"),
      ["retask.yaml:6:54 notify[0].tokenFile: the url has a password already, and only one of the two can be sent"],
    ],
    [
      "a receiver that is no web address",
      receivers("{ url: mailto:team@example.org }"),
      ['retask.yaml:6:12 notify[0].url: expected an http:// or https:// address, got "mailto:team@example.org"'],
    ],
  ]);
});
