/** The names that boot loaders ask for. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { imageNameSchema } from "../../../src/core/domain/names.ts";
import { bootLinkName, hexIp, macFileName, nameKind, uuidFileNames } from "../../../src/world/boot-links/names.ts";

const ipv4 = fc.ipV4();
const mac = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: 6, maxLength: 6 })
  .map((bytes) => bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":"));

describe("boot link names", () => {
  test.each([
    ["10.0.3.17", "0A000311"],
    ["192.168.1.10", "C0A8010A"],
    ["0.0.0.0", "00000000"],
    ["255.255.255.255", "FFFFFFFF"],
  ])("%s is asked for as %s, as gethostip prints it", (ip, hex) => {
    expect(hexIp(ip)).toBe(hex);
    expect(bootLinkName("pxelinux", ip)).toBe(hex);
    expect(bootLinkName("grub", ip)).toBe(`grub.cfg-${hex}`);
  });

  test.each(["10.0.3", "10.0.3.256", "10.0.3.17.1", "", "10.0.3.x", "10.0.3.-1", "fe80::1"])(
    "%s is refused, not turned into some name",
    (text) => {
      expect(() => hexIp(text)).toThrow("not an IPv4 address");
    },
  );

  test("every address has a name of eight digits of its own, from which the address can be read back", () => {
    fc.assert(
      fc.property(ipv4, (ip) => {
        const hex = hexIp(ip);
        expect(hex).toMatch(/^[0-9A-F]{8}$/);
        expect((hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join(".")).toBe(ip);
      }),
    );
  });

  test("no name that a loader asks for can be an image's", () => {
    fc.assert(
      fc.property(ipv4, mac, fc.uuid(), fc.integer({ min: 1, max: 7 }), (ip, hardware, uuid, length) => {
        const names = [hexIp(ip), hexIp(ip).slice(0, length), macFileName("pxelinux", hardware), uuid, "default"];
        for (const name of names) {
          expect(imageNameSchema.safeParse(name).success).toBe(false);
          expect(nameKind("pxelinux", name)).not.toBe("free");
        }
      }),
    );
  });

  test("an image's name is never one that pxelinux asks for", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/), (name) => {
        fc.pre(imageNameSchema.safeParse(name).success);
        expect(nameKind("pxelinux", name)).toBe("free");
      }),
    );
  });

  test("GRUB's names are told apart behind their prefix", () => {
    expect(nameKind("grub", "grub.cfg")).toBe("fallback");
    expect(nameKind("grub", "grub.cfg-0A000311")).toBe("machine");
    expect(nameKind("grub", "grub.cfg-0A00")).toBe("wide");
    expect(nameKind("grub", "grub.cfg-01-00-11-22-33-44-55")).toBe("mac");
    expect(nameKind("grub", "web.2026-11")).toBe("free");
    expect(nameKind("grub", "0A000311")).toBe("free");
    expect(nameKind("grub", ".retask-owner")).toBe("hidden");
  });

  test("a MAC file is lower case with dashes, behind Ethernet's 01", () => {
    expect(macFileName("pxelinux", "00:1B:44:11:3A:B7")).toBe("01-00-1b-44-11-3a-b7");
    expect(macFileName("grub", "00:1b:44:11:3a:b7")).toBe("grub.cfg-01-00-1b-44-11-3a-b7");
  });

  test("a UUID is looked for in both byte orders, and what is no UUID in none", () => {
    expect(uuidFileNames("pxelinux", "B8945908-D6A6-41A9-611D-74A6AB80B83D")).toEqual([
      "b8945908-d6a6-41a9-611d-74a6ab80b83d",
      "085994b8-a6d6-a941-611d-74a6ab80b83d",
    ]);
    expect(uuidFileNames("pxelinux", "no-uuid-at-all")).toEqual([]);
  });
});
