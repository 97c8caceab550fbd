/** What a beacon may say, and what is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseBeacon } from "../../../src/world/beacons/beacon-text.ts";

const LABELS = {
  format: "1",
  machine: "m01",
  mac: "00:11:22:AA:bb:cc",
  role: "web",
  image: "web.2026-11",
  boot_id: "85aa3e51-7eae-40b3-a5bf-6867afbcbbc1",
};
const info = (labels: Record<string, string> = LABELS): string =>
  `retask_beacon_info{${Object.entries(labels).map(([name, value]) => `${name}="${value}"`)}} 1\n`;
const UPTIME = "retask_beacon_uptime_seconds 5123.4\n";
const distcc = (inFlight: string, queue: string, slots: string): string =>
  `retask_beacon_distcc_in_flight ${inFlight}\nretask_beacon_distcc_queue ${queue}\nretask_beacon_distcc_slots ${slots}\n`;
const whole = info() + UPTIME;
const REPORT = {
  machine: "m01",
  mac: "00:11:22:aa:bb:cc",
  role: "web",
  image: "web.2026-11",
  bootId: LABELS.boot_id,
  uptimeS: 5123.4,
  distcc: null,
};

describe("a good beacon", () => {
  test("is read, its MAC in lower case", () => {
    expect(parseBeacon(whole)).toEqual({ ok: true, value: REPORT });
  });

  test("of a build machine has its jobs", () => {
    const report = { ...REPORT, distcc: { inFlight: 3, queue: 6, slots: 4 } };
    expect(parseBeacon(whole + distcc("3", "6", "4"))).toEqual({ ok: true, value: report });
  });

  test.for([
    ["comments and empty lines", `# HELP x y\n\n${whole}`],
    ["metrics of the image's own", `${whole}node_load1 NaN\nup{a="b",} -1e+5\n`],
    ["a label more", info({ ...LABELS, kernel: "6.1" }) + UPTIME],
    ["its lines in another order", UPTIME + info()],
  ] as const)("may have %s", ([, text]) => {
    expect(parseBeacon(text)).toEqual({ ok: true, value: REPORT });
  });

  test("may name no role and no image, as a holding image does", () => {
    const report = { ...REPORT, role: "", image: "" };
    expect(parseBeacon(info({ ...LABELS, role: "", image: "" }) + UPTIME)).toEqual({ ok: true, value: report });
  });

  test("escapes quotes and backslashes in labels", () => {
    expect(parseBeacon(info({ ...LABELS, role: 'a\\"b\\\\n' }) + UPTIME)).toMatchObject({ value: { role: 'a"b\\n' } });
  });
});

const without = (name: string): string =>
  info(Object.fromEntries(Object.entries(LABELS).filter(([key]) => key !== name)));

describe("a bad beacon", () => {
  test.for([
    ["nothing", "", "cut short"],
    ["HTML", "<html>\n", "not a metric"],
    ["no info", UPTIME, "retask_beacon_info is missing"],
    ["no uptime", info(), "retask_beacon_uptime_seconds is missing"],
    ["another format", info({ ...LABELS, format: "2" }) + UPTIME, "format 2 is not one"],
    ["no boot id", without("boot_id") + UPTIME, "no label boot_id"],
    ["no role label", without("role") + UPTIME, "no label role"],
    ["an empty boot id", info({ ...LABELS, boot_id: "" }) + UPTIME, "boot_id is empty"],
    ["an empty machine", info({ ...LABELS, machine: "" }) + UPTIME, "machine is empty"],
    ["a MAC that is none", info({ ...LABELS, mac: "001122" }) + UPTIME, "mac is not a MAC"],
    ["info twice", info() + whole, "appears twice"],
    ["a label twice", whole.replace('format="1"', 'format="1",format="1"'), "label format twice"],
    ["an ANSI sequence", info({ ...LABELS, image: "\u001b[2J" }) + UPTIME, "not printable ASCII"],
    ["CR-LF", whole.replaceAll("\n", "\r\n"), "not printable ASCII"],
    ["a NUL", info({ ...LABELS, image: "a\0" }) + UPTIME, "not printable ASCII"],
    ["letters beyond ASCII", info({ ...LABELS, image: "wéb" }) + UPTIME, "not printable ASCII"],
    ["an escaped line break", info({ ...LABELS, image: "a\\nb" }) + UPTIME, "holds a line break"],
    ["a label of 129 characters", info({ ...LABELS, image: "x".repeat(129) }) + UPTIME, "longer than 128"],
    ["an odd escape", info({ ...LABELS, image: "a\\tb" }) + UPTIME, "odd labels"],
    ["an open quote", 'retask_beacon_info{format="1} 1\n', "odd labels"],
    ["an open brace", 'retask_beacon_info{format="1"\n', "odd labels"],
    ["labels without commas", whole.replace('",machine', '"machine'), "odd labels"],
    ["no value", whole.replace("} 1", "}"), "no single value"],
    ["a timestamp", whole.replace("5123.4", "5123.4 1700000000"), "no single value"],
    ["a NaN uptime", whole.replace("5123.4", "NaN"), "odd value"],
    ["a negative uptime", whole.replace("5123.4", "-1"), "odd value"],
    ["an endless uptime", whole.replace("5123.4", "1e999"), "odd value"],
    ["a last line that is cut", whole.slice(0, -3), "cut short"],
    ["one distcc figure of three", `${whole}retask_beacon_distcc_queue 1\n`, "all or none"],
    ["half a job", whole + distcc("0.5", "0", "4"), "whole numbers"],
    ["no slots", whole + distcc("0", "0", "0"), "whole numbers"],
    ["a negative queue", whole + distcc("0", "-1", "4"), "odd value"],
  ] as const)("with %s is refused", ([, text, why]) => {
    expect(parseBeacon(text)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });

  test("never throws, whatever it holds, and never passes anything but printable ASCII", () => {
    const garbage = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(garbage, fc.nat(whole.length), (text, at) => {
        const heard = parseBeacon(whole.slice(0, at) + text + whole.slice(at));
        const texts = heard.ok ? Object.values(heard.value) : [heard.why];
        for (const shown of texts) expect(String(shown)).toMatch(/^[ -~]*$/);
      }),
    );
  });
});
