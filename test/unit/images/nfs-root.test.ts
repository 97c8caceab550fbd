/** Where an image's NFS root is, as boot files of several kinds say it, and by which prefix it is found on a disk. */
import { describe, expect, test } from "vitest";
import { findLocalRoot, nfsRootsIn, onlyRootOf } from "../../../src/core/images/nfs-root.ts";

describe("a kernel command line names its root", () => {
  test.each([
    ["APPEND root=/dev/nfs nfsroot=10.0.1.20:/images/web ro", "10.0.1.20", "/images/web"],
    ["append nfsroot=10.0.1.20:/images/web,vers=3,tcp ro", "10.0.1.20", "/images/web"],
    ["append nfsroot=/images/web/ ro", null, "/images/web"],
    ["  append initrd=i.img NFSROOT=nfs-a:/diskless/RHEL4 SNAPSHOT=x", "nfs-a", "/diskless/RHEL4"],
    ["linux /web/vmlinuz root=nfs4:nfs-a:/images/web:ro", "nfs-a", "/images/web"],
    ["append root=nfs:[fd00::1]:/images/web", "[fd00::1]", "/images/web"],
  ])("%s", (line, server, path) => {
    expect(nfsRootsIn(`LABEL l\n${line}`)).toMatchObject([{ root: { server, path }, line: 2 }]);
  });

  test.each(["# nfsroot=10.0.1.20:/images/web", "append root=/dev/ram0", "append xnfsroot=/a"])("none: %s", (line) => {
    expect(nfsRootsIn(line)).toEqual([]);
  });

  test("several labels may name one root, and two roots are several", () => {
    const [a, b] = ["append nfsroot=s:/a", "append nfsroot=s:/b"];
    expect(onlyRootOf([`${a}\n${a}/`, "linux /k root=nfs:s:/a"])).toEqual({ server: "s", path: "/a" });
    expect(onlyRootOf([`${a}\n${b}`])).toBe("several");
    expect(onlyRootOf(["append quiet"])).toBe("none");
  });
});

describe("a root is found on this computer", () => {
  const roots = {
    "10.0.1.20:/images": "/srv/nfs/images",
    "10.0.1.20:/images/big/": "/big/",
    "/diskless": "/srv/d",
    "nfs-c:/": "/export",
  };
  const found = (server: string | null, path: string) => findLocalRoot(roots, { server, path });

  test.each([
    ["10.0.1.20", "/images/web", "/srv/nfs/images/web"],
    ["10.0.1.20", "/images/big/web", "/big/web"],
    ["10.0.1.20", "/images", "/srv/nfs/images"],
    ["nfs-b", "/diskless/web", "/srv/d/web"],
    [null, "/diskless/web", "/srv/d/web"],
    ["nfs-c", "/images/web", "/export/images/web"],
  ])("%s:%s is %s", (server, path, local) => {
    expect(found(server, path)).toMatchObject({ ok: true, path: local });
  });

  test.each([
    ["another server", "nfs-b", "/images/web"],
    ["a name that only begins alike", "10.0.1.20", "/images2/web"],
    ["a way out", "10.0.1.20", "/images/../etc"],
    ["a path for each machine", "10.0.1.20", "/images/%s"],
  ])("not %s", (_, server, path) => {
    expect(found(server, path)).toMatchObject({ ok: false });
  });
});
