/**
 * Everything that reads what others wrote, against text that means harm: good answers with holes, repetitions and poison
 * in them, and hundreds of kilobytes of nothing. Never a crash, never a hang, always an answer of the parser's own type; and what is
 * taken for a number is one.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConfiguration } from "../../../src/control/configuration/parse-configuration.ts";
import { parseBeacon } from "../../../src/world/beacons/beacon-text.ts";
import { loggedRequests } from "../../../src/world/boot-log/tftp-log.ts";
import { grubFiles, pxelinuxFiles } from "../../../src/world/boot-server/boot-files.ts";
import { parseDistccStats } from "../../../src/world/load/distcc-stats.ts";
import { parseAnswer } from "../../../src/world/load/prometheus-answer.ts";
import { classifyFailure, parsePower } from "../../../src/world/power/classify.ts";
import { parseGuid } from "../../../src/world/power/guid.ts";
import { entriesOf } from "../../../src/world/traffic/distcc-hosts-text.ts";
import { parseBackend } from "../../../src/world/traffic/haproxy-answers.ts";

interface Parser {
  readonly name: string;
  /** A good answer of the real thing. */
  readonly good: string;
  /** Throws, or returns a number that is none, only if the parser is broken. */
  readonly read: (text: string) => unknown;
}

const SERIES =
  '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795374752.1,"42"]}]}}';
const BEACON = `retask_beacon_info{format="1",machine="m01",mac="00:11:22:aa:bb:cc",role="web",image="web.1",boot_id="85aa3e51-7eae-40b3-a5bf-6867afbcbbc1"} 1
retask_beacon_uptime_seconds 5123.4
retask_beacon_distcc_in_flight 1
retask_beacon_distcc_queue 0
retask_beacon_distcc_slots 4
`;
const STATS = `argv /distccd
<distccstats>
dcc_tcp_accept 6
dcc_rej_bad_req 0
dcc_rej_overload 0
dcc_compile_ok 4
dcc_compile_error 0
dcc_compile_timeout 0
dcc_cli_disconnect 0
dcc_other 0
dcc_max_kids 2
</distccstats>
`;
const HAPROXY = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight
3 web 1 m01 10.0.3.1 2 0 100 100

# pxname,svname,scur,type,
web,m01,3,2,

`;
const WEB = `role: web
images: { production: web.production }
demand: { series: s, perMachine: 55 }
machines: { floor: 1 }
traffic: { haproxy: { backend: web } }
`;
const FLEET = `machines:\n  - { name: m01, ip: 10.0.3.1, mac: "00:11:22:33:44:01", bmc: 10.0.9.1 }\n`;
const SETTINGS =
  "bootLinks: /srv/tftp\nhaproxy: unix:/run/h.sock\nprometheus: http://10.0.1.5:9090\nbmc: { user: u, passwordFile: /p }\n";
const files = (given: Record<string, string>) =>
  parseConfiguration(
    new Map(Object.entries({ "retask.yaml": SETTINGS, "fleet.yaml": FLEET, "policies/web.yaml": WEB, ...given })),
  );

/** Every number in it, however deep, is a finite one. */
function expectNumbers(value: unknown): void {
  if (typeof value === "number") expect(Number.isFinite(value) && value >= 0, String(value)).toBe(true);
  else if (value instanceof Map) for (const one of value.values()) expectNumbers(one);
  else if (typeof value === "object" && value !== null) for (const one of Object.values(value)) expectNumbers(one);
}

const PARSERS: readonly Parser[] = [
  { name: "Prometheus", good: SERIES, read: (text) => parseAnswer(200, text) },
  { name: "a beacon", good: BEACON, read: parseBeacon },
  { name: "distccd's statistics", good: STATS, read: parseDistccStats },
  { name: "HAProxy", good: HAPROXY, read: (text) => parseBackend(text, "web") },
  { name: "a hosts file", good: "# ours\n--randomize\n10.0.3.1:3632/4,lzo\n", read: entriesOf },
  { name: "ipmitool's power", good: "Chassis Power is on\n", read: parsePower },
  { name: "ipmitool's GUID", good: "System GUID  : 4c414200-0000-4000-8000-000000000001\n", read: parseGuid },
  { name: "ipmitool's errors", good: "Error: Unable to establish IPMI v2 / RMCP+ session\n", read: classifyFailure },
  {
    name: "a pxelinux file",
    good: "DEFAULT l\nLABEL l\n KERNEL k\n INITRD a,b\n",
    read: (text) => pxelinuxFiles(text, ""),
  },
  { name: "a GRUB file", good: "linux /k a=b\ninitrd /a /b\nboot\n", read: (text) => grubFiles(text, "grub") },
  {
    name: "a TFTP log",
    good: "in.tftpd[1]: RRQ from 10.0.3.1 filename k\nin.tftpd[1]: sending NAK (1, File not found) to 10.0.3.1\n",
    read: (text) => loggedRequests(text.split("\n"), "10.0.3.1"),
  },
  { name: "a policy", good: WEB, read: (text) => summary(files({ "policies/web.yaml": text })) },
  { name: "a fleet", good: FLEET, read: (text) => summary(files({ "fleet.yaml": text })) },
  { name: "a site's settings", good: SETTINGS, read: (text) => summary(files({ "retask.yaml": text })) },
];

/** Every problem says where and what. */
function summary(parsed: ReturnType<typeof files>): unknown {
  if (parsed.ok) return { ok: true };
  for (const { file, message } of parsed.problems) {
    expect(file).not.toBe("");
    expect(message).not.toBe("");
  }
  expect(parsed.problems.length).toBeGreaterThan(0);
  return { ok: false };
}

const POISON = [
  ..."\0\r\n\t\"'{}[],:#&*!|>%@`\\",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "NaN",
  ".nan",
  "-Inf",
  "1e400",
  "-1",
  "0x10",
  "9".repeat(400),
  "\u001b[2J",
  "\u2028",
  "\ud800",
  "&a [*a, *a]",
  "<<: *a",
  "!!js/function x",
  "\n---\n",
];

const poisoned = (good: string): fc.Arbitrary<string> => {
  const cut = fc.record({ from: fc.nat(good.length), length: fc.nat(12), put: fc.constantFrom("", ...POISON) });
  return fc
    .array(cut, { minLength: 1, maxLength: 6 })
    .map((cuts) =>
      cuts.reduce((text, { from, length, put }) => text.slice(0, from) + put + text.slice(from + length), good),
    );
};

describe.each(PARSERS)("$name", ({ good, read }) => {
  test("as it should be is understood", () => {
    const value = read(good);
    expect(value).toBeTruthy();
    expect(value).not.toMatchObject({ ok: false });
  });

  test("poisoned is refused or understood, and never breaks anything", () => {
    fc.assert(
      fc.property(fc.oneof(poisoned(good), fc.string({ maxLength: 200 }), fc.string({ unit: "binary" })), (text) => {
        expectNumbers(read(text));
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ["one line without end", "a".repeat(200_000)],
    ["blanks", " ".repeat(50_000)],
    ["lines", "\n".repeat(50_000)],
    ["brackets", "[".repeat(20_000)],
    ["braces", '{"a":'.repeat(20_000)],
    ["dashes", "- ".repeat(20_000)],
    ["digits", "9".repeat(200_000)],
    ["commas", ",".repeat(50_000)],
    ["NUL", "\0".repeat(50_000)],
  ])(
    "%s is read in time",
    (_, text) => {
      for (const whole of [text, good + text]) expectNumbers(read(whole));
    },
    10_000,
  );
});
