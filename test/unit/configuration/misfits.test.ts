/** Fleet and policies that are good one by one and do not fit together. */
import { describe, expect, test } from "vitest";
import { compile, fleet, moreLimits, refuses, web } from "./support/refusals.ts";
import { fleetOf, parsed, problemLines, replaced } from "./support/site-files.ts";

describe("the fleet", () => {
  refuses([
    [
      "two machines of one name",
      fleet("name: m03", "name: m02"),
      ["fleet.yaml:4:13 machines[2].name: m02 is already that of m02, line 3; each machine needs its own"],
    ],
    [
      "two machines of one IP",
      fleet("ip: 10.0.3.3,", "ip: 10.0.3.2,"),
      ["fleet.yaml:4:22 machines[2].ip: 10.0.3.2 is already that of m02, line 3; each machine needs its own"],
    ],
    [
      "two machines of one MAC, in other letters",
      { "fleet.yaml": replaced(replaced(fleetOf(12), "44:03", "44:aa"), "44:02", "44:AA") },
      ["fleet.yaml:4:37 machines[2].mac: 00:11:22:33:44:aa is already that of m02, line 3; each machine needs its own"],
    ],
    [
      "two machines on one BMC",
      fleet("bmc: 10.0.9.3 ", "bmc: { address: 10.0.9.2, port: 623 } "),
      ["fleet.yaml:4:63 machines[2].bmc: 10.0.9.2:623 is already that of m02, line 3; each machine needs its own"],
    ],
    [
      "a role that no policy has",
      { "fleet.yaml": `defaults: { roles: [web, compil] }\n${fleetOf(12)}` },
      [
        "fleet.yaml:1:26 defaults.roles[1]: no role is named compil: there is no policies/compil.yaml; did you mean compile?",
      ],
    ],
    [
      "a pinned image of an unknown role",
      fleet("bmc: 10.0.9.2 ", "bmc: 10.0.9.2, image: { mail: mail.1 } "),
      ["fleet.yaml:3:88 machines[1].image.mail: no role is named mail: there is no policies/mail.yaml"],
    ],
    [
      "a machine named after a role",
      fleet("name: m02", "name: web"),
      ["fleet.yaml:3:13 machines[1].name: web is a role's name; a machine is never named after a role"],
    ],
    [
      "GRUB without its directory",
      fleet("bmc: 10.0.9.2 ", "bmc: 10.0.9.2, loader: grub "),
      [
        "fleet.yaml:3:81 machines[1].loader: boots with grub, but retask.yaml names no directory for it: bootLinks.grub",
      ],
    ],
  ]);

  test("two BMCs behind one address are told apart by their ports", () => {
    expect(problemLines(parsed(fleet("bmc: 10.0.9.3 ", "bmc: { address: 10.0.9.2, port: 624 } ")))).toEqual([]);
  });
});

describe("the policies", () => {
  refuses([
    [
      "a file that is named after another role",
      web("role: web", "role: www"),
      ["policies/web.yaml:1:7 role: expected the file's own name, got www; rename the one or the other"],
    ],
    [
      "two roles that want the rest",
      web(`demand:\n  series: haproxy_backend_current_sessions{proxy="web"}\n  perMachine: 55`, "demand: rest"),
      ["policies/web.yaml:3:9 demand: at most one role takes the rest, and compile does already"],
    ],
    [
      "a floor above the maximum",
      web("floor: 4", "floor: 4\n  max: 3"),
      ["policies/web.yaml:7:10 machines.floor: expected at most machines.max, which is 3, got 4"],
    ],
    [
      "a raised floor above the maximum",
      web(
        "floor: 4",
        'floor: 4\n  max: 5\n  raiseFloor:\n    - { opens: "0 7 * * *", for: 1h, timezone: UTC, floor: 6 }',
      ),
      ["policies/web.yaml:10:60 machines.raiseFloor[0].floor: expected at most machines.max, which is 5, got 6"],
    ],
    [
      "one image for two roles",
      compile("compile.production", "web.production"),
      ["policies/web.yaml:2:23 images.production: web.production is already an image of compile; no two may share one"],
    ],
    [
      "one hosts file for two roles",
      web("haproxy: { backend: web }", "distcc: { hostsFile: /srv/distcc/hosts }"),
      [
        "policies/web.yaml:8:33 traffic.distcc.hostsFile: is already the hosts file of compile; each role needs its own",
      ],
    ],
    [
      "a reserve that is on and boots nothing",
      moreLimits('  reserve: { machines: 1, power: "on" }\n'),
      [
        "policies/limits.yaml:3:34 limits.reserve.power: a reserve that is on boots something: name it in reserve.image",
      ],
    ],
    [
      "a reserve that boots a role's image",
      moreLimits("  reserve: { machines: 1, image: web.production }\n"),
      [
        "policies/limits.yaml:3:34 limits.reserve.image: web.production is already an image of web; no two may share one",
      ],
    ],
    [
      "a reserve that the floors leave no room for",
      moreLimits("  reserve: { machines: 7 }\n"),
      [
        "policies/limits.yaml:3:24 limits.reserve.machines: expected at most the 6 machines that the floors leave, got 7",
      ],
    ],
    [
      "more floor than a role has machines",
      web("floor: 4", "floor: 13"),
      ["policies/web.yaml:7:10 machines.floor: expected at most the 12 active machines that may be web, got 13"],
    ],
    [
      "floors that only together are too much",
      compile("floor: 2", "floor: 9"),
      [
        "policies/compile.yaml:4:20 machines.floor: the floors of compile and web need 13 machines together, but only 12 active ones may serve them",
        "policies/web.yaml:7:10 machines.floor: the floors of compile and web need 13 machines together, but only 12 active ones may serve them",
      ],
    ],
    [
      "a raised floor beyond the machines",
      web("floor: 4", 'floor: 4\n  raiseFloor:\n    - { opens: "0 7 * * *", for: 1h, timezone: UTC, floor: 13 }'),
      [
        "policies/web.yaml:9:60 machines.raiseFloor[0].floor: expected at most the 12 active machines that may be web, got 13",
      ],
    ],
    [
      "retiring machines that carry a floor",
      { "fleet.yaml": fleetOf(6).replaceAll(" }\n", ", status: retiring }\n") },
      ["policies/compile.yaml:4:20 machines.floor: expected at most the 0 active machines that may be compile, got 2"],
    ],
  ]);

  test("floors are counted against the machines that may serve them, not against the pool", () => {
    const split = fleetOf(12)
      .replaceAll(/(m0[1-3],.*) }/g, "$1, roles: [web] }")
      .replaceAll(/(m(?:0[4-9]|1\d),.*) }/g, "$1, roles: [compile] }");
    expect(problemLines(parsed({ "fleet.yaml": split }))).toEqual([
      "policies/web.yaml:7:10 machines.floor: expected at most the 3 active machines that may be web, got 4",
    ]);
  });
});
