/** Refusals of the file system are told; mistakes of ours stay what they are. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { CommandFailed } from "../../../src/cli/command-failed.ts";
import { tellingFileErrors } from "../../../src/cli/image/file-errors.ts";

test("a file that is not there is told with its path", async () => {
  const told = tellingFileErrors(readFile("/nowhere/at/all"));
  await expect(told).rejects.toThrow(CommandFailed);
  await expect(told).rejects.toThrow("/nowhere/at/all");
});

test("what may not be read is to be asked for again as root", async () => {
  const denied = Object.assign(new Error("EACCES: permission denied, open '/x'"), { code: "EACCES", syscall: "open" });
  await expect(tellingFileErrors(Promise.reject(denied))).rejects.toThrow("open '/x'; ask again as root");
});

test("a bug is none of it", async () => {
  await expect(tellingFileErrors(Promise.reject(new TypeError("x is no function")))).rejects.toThrow(TypeError);
});
