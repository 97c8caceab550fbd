/** The boot file of a copy on another file server: its name and its server are other ones, and nothing else. */
import { expect, test } from "vitest";
import { imageName } from "../../../src/core/domain/names.ts";
import { mirrorText } from "../../../src/core/images/mirror-text.ts";

const IMAGE = imageName("web.2026-1");
const A_TO_B = { image: IMAGE, copy: imageName("web.2026-1@nfs-b"), from: "10.0.1.20", to: "10.0.1.21" };

test("pxelinux's: the stated names and the root's server; paths, folders and other servers stay", () => {
  const text = `# retask: role=web image=web.2026-1
  KERNEL web.2026-1/vmlinuz
  APPEND root=/dev/nfs nfsroot=10.0.1.20:/images/web.2026-1,vers=3 log=10.0.1.20:514 retask.role=web retask.image=web.2026-1
`;
  expect(mirrorText(text, A_TO_B)).toBe(`# retask: role=web image=web.2026-1@nfs-b
  KERNEL web.2026-1/vmlinuz
  APPEND root=/dev/nfs nfsroot=10.0.1.21:/images/web.2026-1,vers=3 log=10.0.1.20:514 retask.role=web retask.image=web.2026-1@nfs-b
`);
});

test.each([
  ["linux /k root=nfs:10.0.1.20:/i/w ro", "linux /k root=nfs:10.0.1.21:/i/w ro"],
  ["linux /k netroot=nfs4:10.0.1.20:/i/w", "linux /k netroot=nfs4:10.0.1.21:/i/w"],
  ["APPEND nfsroot=10.0.1.200:/i/w", "APPEND nfsroot=10.0.1.200:/i/w"],
  ["# retask: role=web image=web.2026-10", "# retask: role=web image=web.2026-10"],
  ["# retask: role=web image=web.2026-1.old", "# retask: role=web image=web.2026-1.old"],
])("%s", (text, mirrored) => {
  expect(mirrorText(text, A_TO_B)).toBe(mirrored);
});
