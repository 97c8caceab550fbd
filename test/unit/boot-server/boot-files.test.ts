/** Which files a boot loader would load for an image, and under which names it asks for them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { grubFiles, pxelinuxFiles } from "../../../src/world/boot-server/boot-files.ts";
import { candidateRoots } from "../../../src/world/boot-server/boot-server.ts";

const paths = (text: string, base = "linux-install") => {
  const found = pxelinuxFiles(text, base);
  return found.ok
    ? found.files.map((file) => (file.kind === "path" ? file.path : `elsewhere ${file.name}`))
    : found.why;
};

describe("pxelinux's configuration", () => {
  test.each([
    [
      "KERNEL and INITRD",
      "DEFAULT l\nLABEL l\n KERNEL web/vmlinuz\n INITRD web/a.img,web/b.img\n",
      ["web/vmlinuz", "web/a.img", "web/b.img"],
    ],
    [
      "LINUX, and the initrd on the command line",
      "default l\nlabel l\n linux k\n append quiet initrd=a.img,b.img ro\n",
      ["k", "a.img", "b.img"],
    ],
    ["only the label that boots unasked", "DEFAULT b\nLABEL a\n KERNEL ka\nLABEL b\n KERNEL kb\n", ["kb"]],
    ["the first label without a DEFAULT", "PROMPT 0\r\nLABEL a\r\n KERNEL ka\r\nLABEL b\r\n KERNEL kb\r\n", ["ka"]],
    ["a command line after DEFAULT", "DEFAULT vmlinuz initrd=i.img ro\n", ["vmlinuz", "i.img"]],
    ["the APPEND above all labels", "DEFAULT l\nAPPEND initrd=i.img\nLABEL l\n KERNEL k\n", ["k", "i.img"]],
    ["a name once", "DEFAULT l\nLABEL l\n KERNEL k\n INITRD i,i\n", ["k", "i"]],
  ])("names %s", (_what, text, files) => {
    expect(paths(text, "")).toEqual(files);
  });

  test("puts pxelinux.0's directory before every name, leading slash or not, as pxelinux does", () => {
    expect(paths("LABEL l\nKERNEL web/k\nINITRD /web/i\n")).toEqual(["linux-install/web/k", "linux-install/web/i"]);
  });

  test("asks for names behind :: from the server's root", () => {
    expect(paths("LABEL l\nKERNEL ::kernels/k\n")).toEqual(["kernels/k"]);
  });

  test("can't ask this server for what lies on another", () => {
    expect(paths("LABEL l\nKERNEL http://10.0.0.1/k\nINITRD 10.0.0.2::i\n")).toEqual([
      "elsewhere http://10.0.0.1/k",
      "elsewhere 10.0.0.2::i",
    ]);
  });

  test("that boots from the disk needs no file", () => {
    expect(paths("DEFAULT l\nLABEL l\n LOCALBOOT 0\n")).toEqual([]);
  });

  test.each([
    ["# nothing\n", "no label"],
    ["DEFAULT l\nLABEL l\n APPEND ro\n", "names no KERNEL"],
    [`LABEL l\nKERNEL k\nINITRD ${Array.from({ length: 40 }, (_, index) => `i${index}`).join(",")}\n`, "the most"],
    ["LABEL l\nKERNEL a\u0000b\n", "control character"],
  ])("that makes no sense is refused with a reason: %j", (text, why) => {
    expect(paths(text)).toContain(why);
  });

  test("never throws, whatever is in the file", () => {
    const line = fc.oneof(
      fc.constantFrom("DEFAULT", "LABEL l", "KERNEL", "APPEND initrd=", "INITRD ,", "__proto__", "LABEL constructor"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(typeof pxelinuxFiles(lines.join("\n"), "").ok).toBe("boolean");
        expect(typeof grubFiles(lines.join("\n"), "grub").ok).toBe("boolean");
      }),
    );
  });
});

describe("GRUB's configuration", () => {
  test("names kernels and initrds from the server's root, or beside GRUB itself", () => {
    const text = 'menuentry "web" {\n  linuxefi /web/k ro\n  initrdefi (tftp)/web/a "$prefix/b" (http,10.0.0.1)/c\n}\n';
    const found = grubFiles(text, "boot/grub");
    expect(found).toEqual({
      ok: true,
      files: [
        { kind: "path", path: "/web/k" },
        { kind: "path", path: "/web/a" },
        { kind: "path", path: "/boot/grub/b" },
        { kind: "elsewhere", name: "(http,10.0.0.1)/c" },
      ],
    });
  });

  test("without a linux line boots nothing", () => {
    expect(grubFiles("set timeout=1\n", "grub")).toMatchObject({ ok: false });
  });
});

describe("where the server's root may be", () => {
  test("ever longer tails of the local path are tried, the one that worked before first", () => {
    const all = ["pxelinux.cfg", "tftp/pxelinux.cfg", "srv/tftp/pxelinux.cfg", "/srv/tftp/pxelinux.cfg"];
    expect(candidateRoots("/srv/tftp/pxelinux.cfg", undefined)).toEqual(all);
    expect(candidateRoots("/srv/tftp/pxelinux.cfg/", "tftp/pxelinux.cfg")).toEqual([all[1], all[0], all[2], all[3]]);
  });
});
