/** File-system calls that hang, as on a dead NFS mount. */
import { describe, expect, test } from "vitest";
import { createFileGate } from "../../../src/world/boot-links/file-gate.ts";

const never = new AbortController().signal;

/** A file system that answers only once it is mended. */
function hungDisk() {
  let calls = 0;
  let mend = () => {};
  const mended = new Promise<void>((resolve) => {
    mend = resolve;
  });
  const call = async () => {
    calls += 1;
    await mended;
    return "late answer";
  };
  return { call, mend: () => mend(), calls: () => calls };
}

describe("the gate to the file system", () => {
  test("gives the answer of a call in time, and a readable line for a failed one", async () => {
    const gate = createFileGate();
    expect(await gate("reading x", never, async () => 7)).toEqual({ ok: true, value: 7 });
    const failed = Object.assign(new Error("EIO"), { code: "EIO", errno: -5 });
    const answer = await gate("reading x", never, () => Promise.reject(failed));
    expect(answer).toEqual({ ok: false, code: "RTK_LINK_IO", why: expect.stringMatching(/^reading x: .*\(EIO\)$/) });
  });

  test("throws a bug on, instead of taking it for a broken disk", async () => {
    const gate = createFileGate();
    await expect(gate("reading x", never, () => Promise.reject(new TypeError("bug")))).rejects.toThrow("bug");
  });

  test("lets a hung file system keep two calls and no more, and goes on once it answers", async () => {
    const gate = createFileGate();
    const disk = hungDisk();
    for (let tick = 0; tick < 5; tick += 1) {
      const caller = new AbortController();
      const answers = Array.from({ length: 50 }, () => gate("reading", caller.signal, disk.call));
      await new Promise((resolve) => setImmediate(resolve));
      caller.abort();
      for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ code: "RTK_LINK_TIMEOUT" });
    }
    expect(disk.calls()).toBe(2);
    disk.mend();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await gate("reading", never, disk.call)).toEqual({ ok: true, value: "late answer" });
  });

  test("starts nothing for a caller that has already given up", async () => {
    const disk = hungDisk();
    expect(await createFileGate()("reading", AbortSignal.abort(), disk.call)).toMatchObject({ ok: false });
    expect(disk.calls()).toBe(0);
  });
});
