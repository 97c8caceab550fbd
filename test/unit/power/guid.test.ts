/** The GUID that identifies a BMC: its printed forms, its byte orders, and those that identify nothing. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isSharedGuid, parseGuid, sameGuid } from "../../../src/world/power/guid.ts";

const printed = (name: string): string =>
  readFileSync(new URL(`../../fixtures/ipmitool/${name}.stdout`, import.meta.url), "utf8");

test.each([
  ["guid-ipmi", "4c4c4544004d3510805ab3c04f4e3332"],
  ["guid-smbios", "44454c4c4d001035805ab3c04f4e3332"],
  ["guid-dump", "00000000000000000000000000001234"],
  ["guid-all-ff", "f".repeat(32)],
])("the GUID in %s is read in lower case without separators", (name, guid) => {
  expect(parseGuid(printed(name))).toBe(guid);
});

test("half a GUID, two GUIDs and no GUID are none", () => {
  expect(parseGuid("System GUID  : 4c4c4544-004d-3510\n")).toBeNull();
  expect(parseGuid(printed("guid-ipmi") + printed("guid-dump"))).toBeNull();
  expect(parseGuid("")).toBeNull();
});

test("ipmitool's guess of the byte order changes nothing", () => {
  const raw = "32334e4fc0b35a8010354d0044454c4c"; // as the BMC sent it: Dell's, IPMI order
  expect(sameGuid(raw, "4c4c4544004d3510805ab3c04f4e3332")).toBe(true);
  expect(sameGuid("4c4c4544004d3510805ab3c04f4e3332", raw)).toBe(true);
  // SMBIOS order: as sent, and as ipmitool prints it
  expect(sameGuid("4c4c4544004d3510805ab3c04f4e3332", "44454c4c4d001035805ab3c04f4e3332")).toBe(true);
  expect(sameGuid("44454c4c4d001035805ab3c04f4e3332", "4C4C4544004D3510805AB3C04F4E3332")).toBe(true);
});

test("one other digit is another machine", () => {
  expect(sameGuid("4c4c4544004d3510805ab3c04f4e3332", "4c4c4544004d3510805ab3c04f4e3333")).toBe(false);
});

test.each(["0".repeat(32), "f".repeat(32), "03000200040005000006000700080009", "00020003000400050006000700080009"])(
  "%s is a placeholder",
  (guid) => expect(isSharedGuid(guid)).toBe(true),
);

test("a GUID with few digits set is still one", () => {
  expect(isSharedGuid("00000000000000000000000000000001")).toBe(false);
});
