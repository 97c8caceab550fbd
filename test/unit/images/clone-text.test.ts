/** The boot file of a clone: the new version everywhere, and nothing else changed. */
import { expect, test } from "vitest";
import { imageName, roleName } from "../../../src/core/domain/names.ts";
import { cloneText, moveRoot } from "../../../src/core/images/clone-text.ts";

const FROM = imageName("web.2026-1");
const TO = imageName("web.2026-2");
const cloned = (text: string, from = FROM, to = TO): string => cloneText(text, roleName("web"), { from, to });

const IMAGE = `# retask: role=web image=web.2026-1
DEFAULT linux
LABEL linux
  KERNEL web.2026-1/vmlinuz
  INITRD web.2026-1/initrd.img
  APPEND root=/dev/nfs nfsroot=10.0.1.20:/images/web ro retask.role=web retask.image=web.2026-1
  IPAPPEND 2
`;

test("header, folders, root and command line name the new version, and all else stays", () => {
  expect(cloned(IMAGE)).toBe(
    IMAGE.replaceAll("web.2026-1", "web.2026-2").replace("/images/web ro", "/images/web.2026-2 ro"),
  );
});

test("a longer name that begins alike is another image's", () => {
  const text = IMAGE.replace("web.2026-1/vmlinuz", "web.2026-10/vmlinuz").replace("INITRD web", "INITRD old.web");
  expect(cloned(text)).toContain("KERNEL web.2026-10/vmlinuz");
  expect(cloned(text)).toContain("INITRD old.web.2026-1/");
});

test("an image that is called as its role is keeps the role", () => {
  const text =
    "# retask: role=web image=web\nDEFAULT web\nLABEL web\n  KERNEL web/k\n  APPEND retask.role=web retask.image=web\n";
  expect(cloned(text, imageName("web"))).toBe(
    "# retask: role=web image=web.2026-2\nDEFAULT web.2026-2\nLABEL web.2026-2\n  KERNEL web.2026-2/k\n  APPEND retask.role=web retask.image=web.2026-2\n",
  );
});

test("the article's own file, which says nothing for retask, gets what retask reads", () => {
  const text =
    "DEFAULT linux\nLABEL linux\n  KERNEL RHEL4/vmlinuz\n  APPEND initrd=RHEL4/initrd.img NFSROOT=10.0.1.20:/d/RHEL4\n";
  expect(cloned(text, imageName("web.production"))).toBe(
    `# retask: role=web image=web.2026-2\n${text.replace("/d/RHEL4", "/d/web.2026-2 retask.role=web retask.image=web.2026-2")}`,
  );
});

test("GRUB's file too, and only on its linux line", () => {
  const text =
    "# retask: role=web image=web.2026-1\nlinux /k nfsroot=s:/i/web.2026-1/root retask.role=web\ninitrd /i\n";
  expect(cloned(text)).toBe(
    "# retask: role=web image=web.2026-2\nlinux /k nfsroot=s:/i/web.2026-2/root retask.role=web retask.image=web.2026-2\ninitrd /i\n",
  );
});

test.each([
  ["/images/web", "/images/web", "/images/web.2026-2", "/images/web.2026-2"],
  ["/images/web.2026-1", "/images/web.2026-1", "/images/web.2026-2", "/images/web.2026-2"],
  ["/i/web.2026-1/root", "/i/web.2026-1", "/i/web.2026-2", "/i/web.2026-2/root"],
])("of the root %s, %s is copied to %s", (path, copied, copy, root) => {
  expect(moveRoot({ server: null, path }, { from: FROM, to: TO })).toEqual({ copied, copy, root });
});
