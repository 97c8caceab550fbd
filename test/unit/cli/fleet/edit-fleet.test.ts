/** fleet.yaml changes where it was meant to, and every other byte stays as somebody wrote it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { addEntries, type Edited, removeEntry, setEntryKeys } from "../../../../src/cli/fleet/edit-fleet.ts";
import type { WrittenEntry } from "../../../../src/cli/fleet/render-entry.ts";

const NEW: WrittenEntry = {
  name: "m31",
  ip: "10.0.3.31",
  mac: "00:11:22:33:44:31",
  bmc: "10.0.9.31",
  domains: { rack: "r1", pdu: "p1" },
};

const BRACES = `# ours
machines:   # all of them
  # rack 1
  - { name: m01, ip: 10.0.3.1, mac: "00:11:22:33:44:01", bmc: 10.0.9.1 }   # by the door

  # rack 2
  - { name: m02, ip: 10.0.3.2, mac: "00:11:22:33:44:02", bmc: 10.0.9.2, status: active } # noisy
# the end
defaults: { capacity: 1 }
`;

const LINES = `defaults:
  roles: [web]
machines:
-   name: m01    # by the door
    ip: 10.0.3.1
    # soldered on
    mac: '00:11:22:33:44:01'
    bmc:
      address: 10.0.9.1   # slow
      port: 6230
    domains:
      rack: r1

-   name: m02
    ip: 10.0.3.2
    mac: '00:11:22:33:44:02'
    bmc: 10.0.9.2
    status: retiring
`;

function textOf(result: Edited): string {
  if (!result.ok) throw new Error(result.why);
  return result.text;
}

test("an entry is added in braces among entries in braces, before the comments that follow the list", () => {
  const line = `  - { name: m31, ip: 10.0.3.31, mac: "00:11:22:33:44:31", bmc: 10.0.9.31, domains: { rack: r1, pdu: p1 } }\n`;
  expect(textOf(addEntries(BRACES, [NEW]))).toBe(BRACES.replace("# the end\n", `${line}# the end\n`));
});

test("an entry is added in lines among entries in lines, with their indent and quotes", () => {
  const lines = `-   name: m31
    ip: 10.0.3.31
    mac: '00:11:22:33:44:31'
    bmc: 10.0.9.31
    domains: { rack: r1, pdu: p1 }
`;
  expect(textOf(addEntries(LINES, [NEW]))).toBe(LINES + lines);
});

test("the first entries make the list", () => {
  const line = `  - { name: m31, ip: 10.0.3.31, mac: "00:11:22:33:44:31", bmc: 10.0.9.31, domains: { rack: r1, pdu: p1 } }\n`;
  expect(textOf(addEntries("", [NEW]))).toBe(`machines:\n${line}`);
  expect(textOf(addEntries("# empty\nmachines:\ndefaults: {}", [NEW]))).toBe(`# empty\nmachines:\n${line}defaults: {}`);
});

test("the last line of a file may lack its newline, and Windows' newlines stay", () => {
  const windows = BRACES.replaceAll("\n", "\r\n");
  expect(textOf(addEntries(windows, [NEW])).replaceAll("\r\n", "")).not.toContain("\n");
  expect(textOf(addEntries(LINES.trimEnd(), [NEW]))).toContain("status: retiring\n-   name: m31\n");
});

test.each([
  ["[{ name: a }, { name: b }]", "[{ name: a }, { name: b }, { name: c }]", "[{ name: b }]"],
  [
    "[\n  { name: a }, # x\n  { name: b } # y\n]",
    "[\n  { name: a }, # x\n  { name: b }, # y\n  { name: c }\n]",
    "[\n  { name: b } # y\n]",
  ],
  [
    "[\n  { name: a },\n  { name: b }, # y\n]",
    "[\n  { name: a },\n  { name: b }, # y\n  { name: c },\n]",
    "[\n  { name: b }, # y\n]",
  ],
  ["[\n  { name: a },\n  { name: b }]", "[\n  { name: a },\n  { name: b }, { name: c }]", "[\n  { name: b }]"],
])("a list in brackets is followed in its manner: %j", (list, added, removed) => {
  const text = `machines: ${list}\ndefaults: {}\n`;
  // An entry of a name alone is none, but says enough of where it goes.
  const only = [{ name: "c" } as WrittenEntry];
  expect(textOf(addEntries(text, only))).toBe(`machines: ${added}\ndefaults: {}\n`);
  expect(textOf(removeEntry(text, "a"))).toBe(`machines: ${removed}\ndefaults: {}\n`);
});

test("an entry goes with the comment on its own lines, and with nothing else", () => {
  const gone = `  - { name: m01, ip: 10.0.3.1, mac: "00:11:22:33:44:01", bmc: 10.0.9.1 }   # by the door\n`;
  expect(textOf(removeEntry(BRACES, "m01"))).toBe(BRACES.replace(gone, ""));
  expect(textOf(removeEntry(LINES, "m02"))).toBe(LINES.slice(0, LINES.indexOf("-   name: m02")));
});

test("a folded text at an entry's end is its own, and the next entry's line is not", () => {
  const folded = "machines:\n  - name: a\n    bmc: >-\n      10.0.9.1\n  - name: b\n";
  expect(textOf(removeEntry(folded, "a"))).toBe("machines:\n  - name: b\n");
});

test("a key's value is set in place, and a comment behind it stays", () => {
  expect(textOf(setEntryKeys(BRACES, "m01", { mac: "aa:bb:cc:dd:ee:ff" }))).toBe(
    BRACES.replace("00:11:22:33:44:01", "aa:bb:cc:dd:ee:ff"),
  );
  expect(textOf(setEntryKeys(LINES, "m01", { name: "m09", mac: "aa:bb:cc:dd:ee:ff" }))).toBe(
    LINES.replace("m01", "m09").replace("00:11:22:33:44:01", "aa:bb:cc:dd:ee:ff"),
  );
});

test("a key is added to an entry, and taken away again", () => {
  const braces = textOf(setEntryKeys(BRACES, "m01", { status: "retiring" }));
  expect(braces).toBe(BRACES.replace("bmc: 10.0.9.1 }", "bmc: 10.0.9.1, status: retiring }"));
  expect(textOf(setEntryKeys(braces, "m01", { status: null }))).toBe(BRACES);
  const lines = textOf(setEntryKeys(LINES, "m01", { status: "retiring" }));
  expect(lines).toBe(LINES.replace("rack: r1\n", "rack: r1\n    status: retiring\n"));
  expect(textOf(setEntryKeys(lines, "m01", { status: null }))).toBe(LINES);
});

test("a block of lines is replaced by one line, and the other way round nothing is left of it", () => {
  const set = textOf(setEntryKeys(LINES, "m01", { bmc: { address: "10.0.9.9", port: 623 } }));
  expect(set).toContain("    bmc: { address: 10.0.9.9, port: 623 }\n    domains:\n");
  expect(textOf(setEntryKeys(LINES, "m01", { bmc: null }))).not.toMatch(/bmc:\n|slow/);
});

test.each([
  ["a machine that is not there", BRACES, "m77", "no machine m77"],
  ["a broken file", "machines: [", "m01", "not valid YAML"],
  ["an entry behind an alias", "x: &e { name: m01 }\nmachines:\n  - *e\n", "m01", "alias"],
  ["a list of something else", "machines: none\n", "m01", "no list of machines"],
  [
    "an anchor that others use",
    "machines:\n  - { name: m01, mac: &m a }\n  - { name: m02, mac: *m }\n",
    "m01",
    "by hand",
  ],
])("it is refused rather than guessed: %s", (_, text, name, why) => {
  expect(setEntryKeys(text, name, { mac: "aa:bb:cc:dd:ee:ff" })).toMatchObject({
    ok: false,
    why: expect.stringContaining(why),
  });
});

test("an entry that leans on another's anchor can't stand alone, and is changed all the same", () => {
  const text =
    "machines:\n  - { name: m01, domains: &d { rack: r1 } }   # by the door\n  - { name: m02, domains: *d }\n";
  const after = textOf(setEntryKeys(text, "m02", { capacity: 2, loader: "grub" }));
  expect(after).toBe(text.replace("*d }", "*d, capacity: 2, loader: grub }"));
});

test("the only machine of a fleet is not taken away", () => {
  const only = textOf(removeEntry(BRACES, "m01"));
  expect(removeEntry(only, "m02")).toEqual({ ok: false, why: "it is the only machine, and a fleet has at least one" });
});

const comment = fc.constantFrom("", " # x", "   # [a], {b: c} - d");
const between = fc.constantFrom("", "\n", "  # rack 2\n", "\n# - { name: gone }\n");
const octet = fc.integer({ min: 10, max: 99 });
const entryText = (name: string) =>
  fc.record({ octet, comment, form: fc.constantFrom("braces", "lines", "wide"), between }).map((one) => {
    const { octet, comment, form, between } = one;
    const mac = `"00:11:22:33:44:${octet}"`;
    if (form === "braces") return `${between}  - { name: ${name}, mac: ${mac}, bmc: 10.0.9.${octet} }${comment}\n`;
    if (form === "lines")
      return `${between}  - name: ${name}${comment}\n    mac: ${mac}\n    domains:\n      rack: r1\n`;
    return `${between}  - {name: ${name},${comment}\n      mac: ${mac}}${comment}\n`;
  });
const fleet = fc
  .integer({ min: 2, max: 5 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => entryText(`m0${index}`))))
  .map((entries) => `machines:\n${entries.join("")}\n# end\ndefaults: {}\n`);

test("what is added and removed, or set and set back, leaves the same bytes", () => {
  fc.assert(fc.property(fleet, fc.nat(), backAndForth), { numRuns: 20 });
});

function backAndForth(text: string, pick: number): void {
  const names = (parse(text) as { machines: { name: string; mac: string }[] }).machines;
  const { name, mac } = names[pick % names.length] as { name: string; mac: string };
  expect(textOf(removeEntry(textOf(addEntries(text, [NEW])), "m31"))).toBe(text);
  const set = textOf(setEntryKeys(text, name, { mac: "ff:ff:ff:ff:ff:ff", capacity: 2 }));
  expect(textOf(setEntryKeys(set, name, { mac, capacity: null }))).toBe(text);
  const rest = textOf(removeEntry(text, name)).split("\n");
  const lines = text.split("\n");
  // What is left is the old file's lines, in their order, and only those of one entry are gone.
  const kept = lines.filter((line) => rest.includes(line)).length;
  expect(rest.every((line) => lines.includes(line))).toBe(true);
  expect(lines.length - kept).toBeLessThanOrEqual(5);
}
