/** What an image's file states of itself. */
import { describe, expect, test } from "vitest";
import { imageName } from "../../../src/core/domain/names.ts";
import { checkImageFile, statedIn } from "../../../src/world/boot-links/image-file.ts";

const WEB = `# retask: role=web image=web.2026-11
DEFAULT linux
LABEL linux
  KERNEL web/vmlinuz
  INITRD web/initrd.img
  APPEND root=/dev/nfs nfsroot=10.0.1.20:/images/web ro retask.role=web retask.image=web.2026-11
  IPAPPEND 2
`;
const check = (name: string, text: string, loader: "pxelinux" | "grub" = "pxelinux") =>
  checkImageFile(imageName(name), statedIn(loader, text));

describe("an image's file", () => {
  test("is offered under its own name, with the role that it states", () => {
    expect(check("web.2026-11", WEB)).toEqual({ ok: true, role: "web" });
  });

  test("is not offered under another name than it states", () => {
    expect(check("web.2026-12", WEB)).toMatchObject({ ok: false, why: expect.stringContaining("web.2026-11") });
  });

  test("may state its role on the kernel command line alone", () => {
    expect(check("web.production", "LABEL x\r\n  append retask.role=web quiet\r\n")).toEqual({ ok: true, role: "web" });
  });

  test("may state nothing, as the article's own files do", () => {
    expect(check("web.production", "DEFAULT l\nLABEL l\nKERNEL vmlinuz\n")).toEqual({ ok: true, role: null });
  });

  test("that states two roles is none", () => {
    const text = WEB.replace("retask.role=web", "retask.role=compile");
    expect(check("web.2026-11", text)).toMatchObject({ ok: false, why: expect.stringContaining("web, compile") });
  });

  test("for spares states the role spare, which is none", () => {
    expect(check("spare", "# retask: role=spare image=spare\n")).toEqual({ ok: true, role: null });
  });

  test("that states what can't be a role's name is not offered, and the name is escaped", () => {
    const stated = check("web.1", "# retask: role=\u001b[31mweb image=web.1\n");
    expect(stated).toMatchObject({ ok: false, why: expect.stringContaining("\\u001b[31mweb") });
  });

  test("of GRUB states them on its linux line", () => {
    const text = 'menuentry "web" {\n  linux /web/vmlinuz retask.role=web retask.image=web.1\n}\n';
    expect(check("web.1", text, "grub")).toEqual({ ok: true, role: "web" });
    expect(statedIn("pxelinux", text).roles).toEqual([]);
  });

  test.each([
    ["root=/dev/nfs nfsroot=10.0.1.20:/images/web,vers=3 ro", "10.0.1.20"],
    ["root=nfs4:nfs-a.example:/images/web ro", "nfs-a.example"],
    ["root=dhcp netroot=nfs:10.0.1.20:/images/web:ro", "10.0.1.20"],
    ["root=/dev/nfs nfsroot=/images/web ro", null],
    ["root=LABEL=root ro", null],
  ])("names its file server by %s: %s", (words, server) => {
    expect(statedIn("pxelinux", `LABEL l\n  APPEND ${words} retask.role=web\n`).server).toBe(server);
  });

  test("that names two file servers is on neither: nobody could tell which one a machine gets", () => {
    const append = (ip: string) => `LABEL l\n  APPEND nfsroot=${ip}:/web\n`;
    expect(statedIn("pxelinux", append("10.0.1.20") + append("10.0.1.21")).server).toBeNull();
  });

  test("is not judged by comments further down", () => {
    expect(statedIn("pxelinux", "DEFAULT l\n# retask: role=web\n").roles).toEqual([]);
  });
});
