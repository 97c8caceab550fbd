/** Deliberately bad values: each is refused at its place, in words that say what to write instead. */
import { describe } from "vitest";
import { fleet, moreLimits, refuses, retask, web } from "./support/refusals.ts";

describe("one value", () => {
  refuses([
    [
      "text where a number belongs",
      web("perMachine: 55", "perMachine: 55 sessions"),
      ['policies/web.yaml:5:15 demand.perMachine: expected a number above 0, got "55 sessions"'],
    ],
    [
      "a number of 0 where it must be above",
      web("perMachine: 55", "perMachine: 0"),
      ["policies/web.yaml:5:15 demand.perMachine: expected a number above 0, got 0"],
    ],
    [
      "not a number",
      web("perMachine: 55", "perMachine: .nan"),
      ["policies/web.yaml:5:15 demand.perMachine: expected a number above 0, got .nan"],
    ],
    [
      "infinity",
      web("perMachine: 55", "perMachine: .inf"),
      ["policies/web.yaml:5:15 demand.perMachine: expected a number above 0, got .inf"],
    ],
    [
      "a number too big for any computer",
      web("perMachine: 55", "perMachine: 1e400"),
      ["policies/web.yaml:5:15 demand.perMachine: expected a number above 0, got 1e400"],
    ],
    [
      "a fraction of a machine",
      web("floor: 4", "floor: 4.5"),
      ["policies/web.yaml:7:10 machines.floor: expected a whole number from 0 to 100000, got 4.5"],
    ],
    [
      "a negative floor",
      web("floor: 4", "floor: -1"),
      ["policies/web.yaml:7:10 machines.floor: expected a whole number from 0 to 100000, got -1"],
    ],
    [
      "a floor with no value",
      web("floor: 4", "floor:"),
      ["policies/web.yaml:7:9 machines.floor: expected a whole number from 0 to 100000, got nothing"],
    ],
    [
      "a duration without its unit",
      web("machines:", "warmUp: 30\nmachines:"),
      ["policies/web.yaml:6:9 warmUp: expected a duration, as in 10s, 5m, 1h or 90d, got 30"],
    ],
    [
      "a duration out of bounds",
      retask("bmc:", "tick: 5ms\nbmc:"),
      ['retask.yaml:4:7 tick: expected a duration from 1s to 5m, got "5ms"'],
    ],
    [
      "a share over the whole",
      moreLimits("  unknownFreeze: 110%\n"),
      ['policies/limits.yaml:3:18 limits.unknownFreeze: expected a share from 0% to 100%, as in 10%, got "110%"'],
    ],
    [
      "a share that is neither share nor count",
      moreLimits("  perHour: some\n"),
      [
        'policies/limits.yaml:3:12 limits.perHour: expected a share, as in 10%, or a whole number of machines from 1, got "some"',
      ],
    ],
    [
      "a word that is none of the choices",
      web("machines:", "blind: shrink\nmachines:"),
      ['policies/web.yaml:6:8 blind: expected hold or grow, got "shrink"'],
    ],
    [
      "an address of five parts",
      fleet("10.0.3.2,", "10.0.3.2.1,"),
      ['fleet.yaml:3:22 machines[1].ip: expected an IPv4 address, as in 10.0.3.17, got "10.0.3.2.1"'],
    ],
    [
      "a MAC with dashes",
      fleet('"00:11:22:33:44:02"', "00-11-22-33-44-02"),
      ['fleet.yaml:3:37 machines[1].mac: expected a MAC address, as in 00:11:22:33:44:55, got "00-11-22-33-44-02"'],
    ],
    [
      "a BMC that would be an option",
      fleet("bmc: 10.0.9.2 ", "bmc: -oProxy "),
      [
        'fleet.yaml:3:63 machines[1].bmc: expected the BMC\'s address, or the keys address, port and passwordFile, got "-oProxy"',
      ],
    ],
    [
      "a BMC's port out of range",
      fleet("bmc: 10.0.9.2 ", "bmc: { address: 10.0.9.2, port: 70000 } "),
      ["fleet.yaml:3:90 machines[1].bmc.port: expected a whole number from 1 to 65535, got 70000"],
    ],
    [
      "a machine named in capitals",
      fleet("name: m02", "name: M02"),
      ['fleet.yaml:3:13 machines[1].name: expected lower-case letters, digits and dashes, as in m07, got "M02"'],
    ],
    [
      "a password file by a relative path",
      retask("/etc/retask/bmc", "etc/bmc"),
      ['retask.yaml:4:36 bmc.passwordFile: expected an absolute path, got "etc/bmc"'],
    ],
    [
      "a Prometheus that is no address",
      retask("http://10.0.1.5:9090", "10.0.1.5:9090"),
      [
        'retask.yaml:2:13 prometheus: expected an http:// or https:// address, or the keys url, deadline and tokenFile, got "10.0.1.5:9090"',
      ],
    ],
    [
      "a HAProxy without unix: or tcp:",
      retask("unix:/run", "/run"),
      [
        'retask.yaml:3:10 haproxy: expected unix:/path/to.sock or tcp:address:port, or a list of such, got "/run/haproxy/admin.sock"',
      ],
    ],
    [
      "a hook without its program's path",
      web("haproxy: { backend: web }", "hook: { off: [lb], on: [/bin/lb] }"),
      [
        "policies/web.yaml:8:25 traffic.hook.off: expected a command as a list of words, the program by its absolute path, got a list",
      ],
    ],
    [
      "a kind of domain in capitals",
      moreLimits("  perDomain: { Rack: 2 }\n"),
      [
        "policies/limits.yaml:3:16 limits.perDomain.Rack: expected a kind of domain in lower-case letters, as in rack, got Rack",
      ],
    ],
    [
      "terminal escapes in a value",
      web("role: web", 'role: "\\e[31mweb\\u202e"'),
      [
        'policies/web.yaml:1:7 role: expected lower-case letters, digits and dashes, as in web, got "\\u001b[31mweb\\u202e"',
      ],
    ],
    [
      "a pxelinux name as an image",
      web("web.production", "C0A8010A"),
      ['policies/web.yaml:2:23 images.production: pxelinux asks for this name itself, got "C0A8010A"'],
    ],
  ]);
});
